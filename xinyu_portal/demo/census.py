"""The anchors come in: the project's copy of the census workbook, by the same import as everybody's."""

from datetime import datetime, time

from django.conf import settings
from django.db.models import OuterRef, Subquery

from anchors.census import services
from anchors.census.models import Import
from anchors.registry.models import Anchor
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch, Enterprise
from xinyu_portal.demo.plants import workday_before

WORKBOOK = settings.BASE_DIR / "anchors/data/anchor-census.xlsx"


WORKDAYS_AGO = 7


class NotTaken(Exception):
    """The workbook is not what the city is made of; the sentence says why."""


def day_of(calendar, today):
    """When staff sent the workbook in: a morning lately, for rejected rows are kept for 30 days."""
    return datetime.combine(workday_before(calendar, today, WORKDAYS_AGO), time(9, 35), SHANGHAI)


def bring_in(*, actor, at, progress=lambda share: None):
    """Upload, read, confirm and write it as of `at`; then everybody near a branch is in one. Returns the Import."""
    row = services.upload(WORKBOOK.read_bytes(), file_name=WORKBOOK.name, actor=actor, at=at)
    services.work(at, only=row, progress=lambda step: progress(step.percent / 200))
    row.refresh_from_db()
    if row.state == Import.State.READ:
        services.confirm(row, actor=actor)
        services.work(at, only=row, progress=lambda step: progress(0.5 + step.percent / 200))
        row.refresh_from_db()
    if row.state != Import.State.DONE:
        raise NotTaken(row.refusal or row.get_state_display())
    belong_nearby()
    return row


def belong_nearby():
    """Who has no branch gets that of the park, else the one that covers the township; far from both, none."""
    park = Enterprise.objects.filter(pk=OuterRef("enterprise")).values("branch")
    township = Branch.objects.filter(covers=OuterRef("division")).order_by("pk").values("pk")[:1]
    for nearby in (park, township):
        Anchor.objects.filter(branch=None).update(branch=Subquery(nearby))
