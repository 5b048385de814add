"""The whole demo city in one transaction: it is there, or it is not."""

import os
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from anchors.registry.models import Anchor
from appeals.models import Appeal
from branches.calendar.services import current_calendar
from branches.organisation.models import Committee, Enterprise
from notices.models import Notice
from xinyu_portal import reference
from xinyu_portal.demo import casework, census, gatherings, paperwork, people, players, poster, reports, rosters, traces
from xinyu_portal.demo.history import History
from xinyu_portal.demo.linking import Linking

LOGINS_FILE = "demo-logins.txt"
LINKED_BEFORE = timedelta(days=99)  # before the first story
READ_AFTER = timedelta(days=3)  # older notices have been read


class Refused(Exception):
    """Why there is no demo city, as a sentence."""


def exists():
    return Committee.objects.filter(is_demo=True).exists()


@transaction.atomic
def load(now=None, *, progress=lambda what, share: None):
    """Make the demo city as of `now` and keep its logins in VAR. Returns `{what: how many}`; raises Refused.

    `progress` is told what is being done and how far it is, from 0 to 1.
    """
    if settings.PRODUCTION:
        raise Refused("PORTAL_ENV=production takes no demo data.")
    if User.objects.exists():
        raise Refused("There are people in this database already; the demo city goes into an empty one only.")
    now = now or timezone.now()
    reference.load()
    today, calendar = timezone.localdate(now), current_calendar()
    builder = people.Builder(today)
    builder.build()
    taken = _bring_in(builder, census.day_of(calendar, today), progress)
    cast = players.take_parts(builder, today)
    linking = Linking(builder.branches, cast)
    linking.give_players(now - LINKED_BEFORE)
    linking.give_others(taken.created_at + timedelta(days=1))
    guests = poster.guests(builder, cast)
    History(now, cast | guests, progress=lambda share: progress("90 days of appeals", share)).play()
    linking.serve(now)
    casework.do(builder, cast, calendar, now)
    poster.decide(builder, calendar)
    traces.leave(builder, cast, now)
    rosters.fill(builder)
    gatherings.hold(builder, now)
    paperwork.lay(builder, now)
    reports.play(now)
    for model in (Anchor, Enterprise):
        model.objects.update(is_demo=True)
    _read_old_notices(now)
    _write_logins(_open_logins(builder.users))
    return {
        "branches": len(builder.branches), "people": User.objects.count(), "anchors": Anchor.objects.count(),
        "contacts given": Anchor.objects.filter(contact__isnull=False).count(), "stations": len(builder.stations),
        "appeals": Appeal.objects.count(), "notices": Notice.objects.count(),
    }


def _bring_in(builder, at, progress):
    try:
        return census.bring_in(
            actor=builder.users["staff1"], at=at, strangers=[builder.stranger() for _ in range(census.MOVED_AWAY)],
            progress=lambda share: progress("the census", share),
        )
    except census.NotTaken as wrong:
        raise Refused(f"The census was not taken: {wrong}")


def _read_old_notices(now):
    old = Notice.objects.filter(created_at__lt=now - READ_AFTER)
    old.update(read_at=F("created_at") + timedelta(hours=2))


def _open_logins(users):
    """Give the eight logins a password each can type; returns it."""
    password = os.environ.get("DEMO_PASSWORD") or _readable()
    logins = [users[username] for username in people.LOGINS]
    for user in logins:
        user.set_password(password)
    User.objects.bulk_update(logins, ["password"])
    return password


def _readable():
    """Three syllable pairs and two digits, about 45 bits: `tamo-ruki-sefo-37`."""
    def syllable():
        return secrets.choice("bdfghkmnprstvwz") + secrets.choice("aeiou")

    return "-".join(["".join((syllable(), syllable())) for _ in range(3)] + [str(secrets.randbelow(90) + 10)])


def _write_logins(password):
    path = settings.VAR / LOGINS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{username:12}{password:20}  {name}　{office}" for username, (name, office) in people.LOGINS.items()]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write("\n".join(["Demo logins", *lines]) + "\n")


def logins():
    """The table of logins as it was written at the load, or None when its file is gone."""
    path = settings.VAR / LOGINS_FILE
    return path.read_text(encoding="utf-8") if path.exists() else None
