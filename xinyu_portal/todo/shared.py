"""Lines that stand on both first pages, and the pieces that several lines are put together from."""

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from appeals import explaining
from appeals.negotiation.models import Request
from appeals.negotiation.policy import to_decide
from appeals.querysets import overdue, soon_overdue
from appeals.workflow import ACTIVE, Status
from branches.calendar import worktime
from xinyu_portal.todo.desk import Todo, group, groups, list_url


def at_level(desk, found, level, where):
    """Late, waiting and soon late among the appeals `found` of one level: a line each, nearest first.

    One leads to its page, several to their list.
    """
    now, submitted = desk.now, Q(status=Status.SUBMITTED)
    pressing = found.filter(overdue(now) | soon_overdue(now) | submitted, status__in=ACTIVE).select_related("current")
    tabs = groups(
        pressing, "current__deadline_at", "pk", late=overdue(now), waiting=submitted & ~overdue(now),
        soon=soon_overdue(now) & ~submitted, unaccepted=submitted & overdue(now),
        yellow=overdue(now) & Q(current__yellow_fired__gt=0), red=overdue(now) & Q(current__red_fired__gt=0),
    )
    unaccepted = f"；超时的里还有 {tabs['unaccepted'].n} 件没有接" if tabs["unaccepted"].n else ""
    said = (
        ("late", "alert-triangle", f"件在{where}超时{_cards(tabs)}", "", "late", "去办"),
        ("waiting", "inbox", f"件等{where}接单", unaccepted, "amber", "接单"),
        ("soon", "hourglass-empty", f"件在{where}即将超时", "", "amber", "去办"),
    )
    return [
        Todo(
            icon, f"{tabs[tab].n} {title}", tabs[tab].titles + more, button,
            one_or_all(tabs[tab].rows, "appeals", f"?{urlencode({'tab': tab, 'level': level})}"), face,
            explaining.chip(tabs[tab].rows[0], now, desk.calendar),
        )
        for tab, icon, title, more, face, button in said if tabs[tab].n
    ]


def _cards(found):
    said = [f"{found[card].n} 件已亮{word}" for card, word in (("yellow", "黄牌"), ("red", "红牌")) if found[card].n]
    return f"，其中 {'、'.join(said)}" if said else ""


def requests(desk):
    """What this person may decide: returns, extensions, drafted answers; one leads to its page, more to a list."""
    waiting = group(to_decide(desk.user).filter(appeal__in=desk.seen).select_related("appeal"), "due_at", "pk")
    if not waiting.n:
        return []
    first = waiting.rows[0]
    shown = waiting.named([f"{one.get_kind_display()}“{one.appeal.title}”" for one in waiting.rows])
    part = "release" if first.kind == Request.Kind.RELEASE else "more"
    url = f"{reverse('appeals:detail', args=[first.appeal_id])}#{part}" if waiting.n == 1 else list_url(tab="asked")
    return [
        Todo(
            "gavel", f"{waiting.n} 件等您审核", shown, "去审", url, "amber",
            explaining.Chip(f"{worktime.by(first.due_at, desk.now)}审", "amber"),
        )
    ]


def one_or_all(rows, app, query=""):
    """The page of the only row, or the list."""
    return reverse(f"{app}:detail", args=[rows[0].pk]) if len(rows) == 1 else reverse(f"{app}:list") + query


def marked(branch):
    return f"{branch.short_name}（演示）" if branch.is_demo else branch.short_name


def time_chip(desk, due_at):
    left = worktime.time_left(desk.calendar, desk.now, due_at)
    return explaining.Chip(left.text, "late" if left.overdue else "calm")


def the_rest(found, what, icon, url, face="late"):
    """One line for what did not get its own."""
    more = found.n - len(found.rows)
    return [Todo(icon, f"还有 {more} {what}", "", "看全部", url, face)] if more > 0 else []
