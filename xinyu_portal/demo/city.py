"""The whole demo city in one transaction: it is there, or it is not."""

import os
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from appeals.models import Appeal
from branches.organisation.models import Committee
from notices.models import Notice
from xinyu_portal import reference
from xinyu_portal.demo import people, plan, reports
from xinyu_portal.demo.history import History

LOGINS_FILE = "demo-logins.txt"
READ_AFTER = timedelta(days=3)  # older notices have been read


class Refused(Exception):
    """Why there is no demo city, as a sentence."""


def exists():
    return Committee.objects.filter(is_demo=True).exists()


@transaction.atomic
def load(now=None, *, progress=lambda share: None):
    """Make the demo city as of `now` and keep its logins in VAR. Returns `{what: how many}`; raises Refused."""
    if settings.PRODUCTION:
        raise Refused("PORTAL_ENV=production takes no demo data.")
    if User.objects.exists():
        raise Refused("There are people in this database already; the demo city goes into an empty one only.")
    now = now or timezone.now()
    reference.load()
    builder = people.Builder(timezone.localdate(now))
    builder.build()
    History(now, progress=progress).play()
    reports.play(now)
    _read_old_notices(now)
    _write_logins(_open_logins(builder.users))
    return {
        "branches": len(builder.branches), "people": len(builder.users), "anchors": len(plan.people.anchors()),
        "stations": len(builder.stations), "appeals": Appeal.objects.count(), "notices": Notice.objects.count(),
    }


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
