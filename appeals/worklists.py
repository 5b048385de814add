"""The lists of appeals: which tabs each reader has, what they count, and what one row says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from appeals import explaining, policy
from appeals.merging.models import Merge
from appeals.models import Event, Request, Stage
from appeals.negotiation.policy import to_decide
from appeals.querysets import overdue, own, soon_overdue
from appeals.workflow import ACTIVE, OPEN, Level, Status, Verb
from branches.organisation.policy import hats

NEAREST, TO_JUDGE, NEWEST_CLOSED, NEWEST = "current__deadline_at", "judge_by", "-closed_at", "-submitted_at"
SOONEST_BACK = "current__resume_at"
SAID = {
    NEAREST: "期限从近到远", TO_JUDGE: "评价期限从近到远", NEWEST_CLOSED: "新办结的在前", NEWEST: "新提交的在前",
    "replied_at": "先答复的在前", "-replied_at": "新答复的在前",
    SOONEST_BACK: "先恢复的在前",
}


@dataclass(frozen=True)
class Tab:
    """One part of a list. Within `condition(now)` the column of `order` is never null.

    An `only_filled` one is not shown while there is nothing in it.
    """

    key: str
    label: str
    condition: Callable[[datetime], Q]
    order: str
    kind: str = ""
    icon: str = ""
    only_filled: bool = False


def _status(*statuses):
    return lambda now: Q(status__in=statuses)


OPEN_TAB = Tab("open", "全部在办", _status(*ACTIVE), NEAREST)
STAFF_TABS = (
    OPEN_TAB,
    Tab("waiting", "待接单", _status(Status.SUBMITTED), NEAREST),
    Tab("handling", "办理中", _status(Status.HANDLING), NEAREST),
    Tab("soon", "即将超时", soon_overdue, NEAREST, "amber", "hourglass-empty"),
    Tab("late", "已超时", overdue, NEAREST, "late", "alert-triangle"),
    Tab("suspended", "挂起", _status(Status.SUSPENDED), SOONEST_BACK),
    Tab("replied", "已回复", _status(Status.REPLIED), TO_JUDGE),
    Tab("closed", "已办结", _status(Status.CLOSED), NEWEST_CLOSED),
)
CONSENTED = Tab(
    "consented", "可以公开",
    lambda now: Q(status=Status.CLOSED, public_since__isnull=False, publication__isnull=True), NEWEST_CLOSED,
    only_filled=True,
)


def staff_tabs(user):
    """Behind all that is open stands what waits for this person's word: returns, extensions, drafted answers.

    The committee finds last what its anchor agreed to have made public, and nobody has written yet.
    """
    asked = _asked_of(user)
    condition = Q(Exists(asked), status__in=ACTIVE) & ~own(user)
    decide = Tab("asked", "等您审核", lambda now: condition, NEAREST, "amber", "gavel", only_filled=True)
    written = (CONSENTED,) if hats(user).handles_for_committee else ()
    return (OPEN_TAB, decide, *STAFF_TABS[1:], *written)


def with_asked(queryset, user):
    """`asks` is the kind of the request that waits for this person's word, or None."""
    return queryset.annotate(asks=Subquery(_asked_of(user).values("kind")[:1]))


def _asked_of(user):
    return to_decide(user).filter(stage=OuterRef("current")).order_by("due_at")


ANCHOR_TABS = (
    Tab("open", "在办", _status(*OPEN), NEWEST),
    Tab("judge", "等您评价", _status(Status.REPLIED), TO_JUDGE),
    Tab("closed", "已办结", _status(Status.CLOSED), NEWEST_CLOSED),
)


def contact_tabs(user):
    mine = Q(current__level=Level.MEMBER, current__holder=user)
    return (
        Tab("todo", "要办的", lambda now: mine & Q(status__in=ACTIVE), NEAREST),
        Tab("suspended", "挂起", lambda now: mine & Q(status=Status.SUSPENDED), SOONEST_BACK),
        Tab("replied", "已回复", lambda now: mine & Q(status=Status.REPLIED), TO_JUDGE),
        Tab("handed", "已上交", lambda now: ~mine & ~Q(status=Status.CLOSED), NEWEST),
        Tab("closed", "已办结", _status(Status.CLOSED), NEWEST_CLOSED),
    )


def held_by(user):
    """Appeals that were ever in this contact's hands."""
    return Exists(Stage.objects.filter(appeal=OuterRef("pk"), level=Level.MEMBER, holder=user))


def chosen(tabs, key):
    return next((tab for tab in tabs if tab.key == key), tabs[0])


def counts(queryset, tabs, now):
    """`{tab: rows}` in one statement."""
    return queryset.aggregate(**{tab.key: Count("pk", filter=tab.condition(now)) for tab in tabs})


def counts_by_category(queryset, tabs, now, narrowing):
    """`({tab: rows}, [(code, name) of the first-level categories that occur])` in one statement."""
    groups = (
        queryset.order_by()
        .values(first_code=Coalesce("category__parent_id", "category_id"))
        .annotate(
            first_name=Coalesce("category__parent__name", "category__name"),
            **{f"n_{tab.key}": Count("pk", filter=tab.condition(now) & narrowing) for tab in tabs},
        )
    )
    rows = sorted(groups, key=lambda row: row["first_code"])
    totals = {tab.key: sum(row[f"n_{tab.key}"] for row in rows) for tab in tabs}
    return totals, [(row["first_code"], row["first_name"]) for row in rows]


def with_last_line(queryset):
    """The last line of each trail travels with the row: its verb, time and public words."""
    last = Event.objects.filter(appeal=OuterRef("pk"), seq=OuterRef("version"))
    return queryset.annotate(
        last_verb=Subquery(last.values("verb")[:1]),
        last_at=Subquery(last.values("at")[:1]),
        last_words=Subquery(last.values("words__public")[:1]),
        led_by=Subquery(Merge.objects.in_force().filter(child=OuterRef("pk")).values("lead")[:1]),
    )


@dataclass(frozen=True)
class Row:
    """What a list says of one appeal. `light` colours the edge, `step` is the next thing to do here or None."""

    appeal: object
    chip: explaining.Chip
    light: str
    holder: str
    last: str
    step: "Step | None"
    anchor: str
    unconfirmed: bool


@dataclass(frozen=True)
class Step:
    label: str
    url: str


def row(appeal, user, now, calendar):
    return Row(
        appeal, explaining.chip(appeal, now, calendar), explaining.light_of(appeal.current, now),
        holder(appeal), _last(appeal), _step(appeal, user), policy.anchor_name(user, appeal),
        policy.knows_anchor(user, appeal) and not appeal.anchor.confirmed_at,
    )


def holder(appeal):
    return appeal.current.holder.name if appeal.current.holder_id else "还没人接"


def _last(appeal):
    """The last public words, or else the word of the verb; the submitted text is the title already."""
    verb = Verb(appeal.last_verb)
    if verb == Verb.NOTE and not appeal.last_words:
        return "内部备注"
    if verb in _SPEAKS_FOR_ITSELF:
        return appeal.last_words or verb.label
    words = "" if verb in _WORD_ENOUGH else appeal.last_words
    return f"{verb.label}：{words}" if words else verb.label


_SPEAKS_FOR_ITSELF = (Verb.NOTE, Verb.ESCALATE, Verb.REMIND, Verb.AMBER, Verb.YELLOW_CARD, Verb.RED_CARD)
_WORD_ENOUGH = (Verb.SUBMIT, Verb.REPLY)


def _step(appeal, user):
    page = reverse("appeals:detail", args=[appeal.pk])
    if kind := getattr(appeal, "asks", None):
        return Step("审核", f"{page}#release" if kind == Request.Kind.RELEASE else f"{page}#more")
    may_act = appeal.status in ACTIVE and appeal.led_by is None and policy.handles(user, appeal.current)
    if not may_act or policy.is_anchor(user, appeal):
        return None
    if appeal.status == Status.SUBMITTED:
        return Step("接单", page)
    return Step("答复", f"{page}#reply")
