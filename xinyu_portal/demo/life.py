"""The demo city goes on living: a sweep that plays its scripts forward, for a year, and touches no other appeal."""

from django.conf import settings
from django.db.models import Q, Subquery

from anchors.registry.models import Anchor
from appeals.models import Appeal, Category
from appeals.workflow import Level
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.calendar.workcalendar import local
from xinyu_portal.demo import acting, plan
from xinyu_portal.demo.people import LOGINS


def live(now):
    """New appeals of the day arrive, and what a script has ready by `now` is done; return how many of both.

    One statement outside a demo city, two where nothing is due. Of the eight logins nobody acts, but for member1,
    who answers one new appeal in four: nobody else can fill the contact's own list.
    """
    if settings.PRODUCTION:
        return 0
    rows = _rows()
    if not rows:
        return 0
    calendar = current_calendar()
    return _arrive(rows, calendar, now) + _act(rows, calendar, now)


def _rows():
    """What is unfinished, and the newest of all: it says when the city was founded and who came last."""
    keys = Appeal.objects.filter(submit_key__range=(plan.FIRST_KEY, plan.LAST_KEY)).order_by("-submit_key")
    wanted = acting.unfinished() | Q(pk=Subquery(keys.values("pk")[:1]))
    return [row for row in acting.ours().filter(wanted).order_by("submit_key") if acting.script_of(row)]


def _arrive(rows, calendar, now):
    founded, last = plan.read_key(rows[-1].submit_key)
    due = [
        (at, serial) for at, serial in plan.arrivals(calendar, founded, local(now).date())
        if at <= now and serial > last
    ]
    return sum(_submit(plan.script(serial), founded, now) for _, serial in sorted(due, key=lambda one: one[1]))


def _submit(script, founded, now):
    anchor = Anchor.objects.select_related("user", "contact", "branch").filter(
        user__username=script.username, user__is_active=True
    ).first()
    category = Category.objects.filter(pk=script.story.code).first()
    if anchor is None or category is None:
        return 0
    _, created = acting.submit(script, anchor, category, founded=founded, at=now)
    return int(created)


def _act(rows, calendar, now):
    due = [(move, appeal) for appeal in rows if (move := _due(appeal, calendar, now))]
    if not due:
        return 0
    officials = acting.Officials(without=LOGINS)
    return sum(acting.perform(move, appeal, officials, at=now) is not None for move, appeal in due)


def _due(appeal, calendar, now):
    """The move that is due, if it is the move of somebody who acts here."""
    move = acting.script_of(appeal).next_move(appeal, calendar, now)
    if not move or move.at > now:
        return None
    if move.by_anchor:
        return None if acting.is_login(appeal.anchor.user) else move
    if not _on_duty(calendar, now) or (appeal.current.level == Level.MEMBER and not _contact_acts(appeal)):
        return None
    return move


def _on_duty(calendar, now):
    """An official who missed the hour, because the machine was off, waits for the next one on duty."""
    return any(opens <= local(now).time() < closes for opens, closes in worktime.SESSIONS) and calendar.is_workday(
        local(now).date()
    )


def _contact_acts(appeal):
    _, serial = plan.read_key(appeal.submit_key)
    return not acting.is_login(appeal.current.holder) or plan.member1_answers(serial)
