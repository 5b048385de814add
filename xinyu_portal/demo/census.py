"""The anchors come in: the project's copy of the census workbook, by the same import as everybody's.

Half a year before there was a smaller round, so that somebody is missing from this one.
"""

from datetime import datetime, time, timedelta
from io import BytesIO

from django.conf import settings
from django.db.models import OuterRef, Subquery
from openpyxl import Workbook, load_workbook

from anchors.census import services
from anchors.census.models import Import
from anchors.registry.models import Anchor
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch, Enterprise
from xinyu_portal.demo.plants import workday_before

WORKBOOK = settings.BASE_DIR / "anchors/data/anchor-census.xlsx"
WORKDAYS_AGO = 7
BEFORE = timedelta(days=182)
ASKED_BEFORE = 123  # rows at the top of the workbook, title and head included, that stood in the round before
MOVED_AWAY = 14  # people of the round before who are not in this one, and where they lived
TOWNS = ("水北镇", "姚圩镇", "南安乡", "鹄山镇", "人和乡", "下村镇", "新溪乡")
ACCOUNTS = ("{}卖藕", "{}的货架", "跟着{}赶集", "{}家的灶台", "{}聊蜜桔")


class NotTaken(Exception):
    """The workbook is not what the city is made of; the sentence says why."""


def day_of(calendar, today):
    """When staff sent the workbook in: a morning lately, for rejected rows are kept for 30 days."""
    return datetime.combine(workday_before(calendar, today, WORKDAYS_AGO), time(9, 35), SHANGHAI)


def bring_in(*, actor, at, strangers, progress=lambda share: None):
    """Two rounds as of half a year before `at`, and `at`; then everybody near a branch is in one. Returns the Import.

    `strangers` are `(name, phone)`.
    """
    _take(_round_before(strangers), "上半年摸底.xlsx", actor, at - BEFORE, lambda share: None)
    row = _take(WORKBOOK.read_bytes(), WORKBOOK.name, actor, at, progress)
    belong_nearby()
    return row


def belong_nearby():
    """Who has no branch gets that of the park, else the one that covers the township; far from both, none."""
    park = Enterprise.objects.filter(pk=OuterRef("enterprise")).values("branch")
    township = Branch.objects.filter(covers=OuterRef("division")).order_by("pk").values("pk")[:1]
    for nearby in (park, township):
        Anchor.objects.filter(branch=None).update(branch=Subquery(nearby))


def _take(content, name, actor, at, progress):
    """Upload, read, confirm and write a workbook as of `at`."""
    row = services.upload(content, file_name=name, actor=actor, at=at)
    services.work(at, only=row, progress=lambda step: progress(step.percent / 200))
    row.refresh_from_db()
    if row.state == Import.State.READ:
        services.confirm(row, actor=actor)
        services.work(at, only=row, progress=lambda step: progress(0.5 + step.percent / 200))
        row.refresh_from_db()
    if row.state != Import.State.DONE:
        raise NotTaken(f"{name}: {row.refusal or row.get_state_display()}")
    return row


def _round_before(strangers):
    book, content = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet("主播摸底")
    for cells in load_workbook(WORKBOOK, read_only=True).active.iter_rows(max_row=ASKED_BEFORE, values_only=True):
        sheet.append(cells)
    for place, (name, phone) in enumerate(strangers):
        town, account = TOWNS[place % len(TOWNS)], ACCOUNTS[place % len(ACCOUNTS)].format(name[1:])
        sheet.append([
            None, name, account, None, phone, "渝水区", town, "兼职", "2024-03", None, "快手", account,
        ])
    book.save(content)
    return content.getvalue()
