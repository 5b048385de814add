"""What a unit reads of its dispatches, and the committee of those it lent out: tabs, rows, one chip each."""

from dataclasses import dataclass

from django.db.models import Count, Q

from appeals.dispatching.models import Dispatch
from appeals.explaining import Chip
from branches.calendar import worktime


@dataclass(frozen=True)
class Tab:
    """One part of the list; within its condition the column of `order` is never null."""

    key: str
    label: str
    order: str
    said: str
    condition: Q


TABS = (
    Tab("open", "等回复", "due_at", "期限从近到远", Q(replied_at=None, ended_at=None)),
    Tab("replied", "已回复", "-replied_at", "新回复的在前", Q(replied_at__isnull=False)),
    Tab("ended", "不用回复了", "-ended_at", "新结束的在前", Q(replied_at=None, ended_at__isnull=False)),
)


def counts(rows):
    """`{tab: rows}` in one statement."""
    return rows.order_by().aggregate(**{tab.key: Count("pk", filter=tab.condition) for tab in TABS})


@dataclass(frozen=True)
class Lent:
    """One dispatch as its page and the list draw it."""

    row: Dispatch
    chip: Chip
    light: str

    @property
    def asked(self):
        return self.row.asked.words.internal

    @property
    def files(self):
        """How many the reply brought along."""
        return len(self.row.answered.facts.get("attachments", ())) if self.row.answered_id else 0

    @property
    def reply(self):
        return self.row.answered.words.internal if self.row.answered_id else ""


def drawn(row, now, calendar):
    if row.replied_at:
        late = row.replied_at > row.due_at
        return Lent(row, Chip("晚于期限回复", "amber", "circle-check") if late else Chip("已回复", "ok"), "")
    if row.ended_at:
        return Lent(row, Chip("已不需要回复", "", "circle-dashed"), "")
    left = worktime.time_left(calendar, now, row.due_at)
    return Lent(row, Chip(left.text, "late" if left.overdue else "calm"), "late" if left.overdue else "")
