"""The sheets of the committee: open ones by their day, answered ones the newest first; one chip each."""

from dataclasses import dataclass

from appeals.explaining import Chip
from appeals.supervision.models import Supervision
from branches.calendar import worktime


@dataclass(frozen=True)
class Tab:
    """One part of the list; within it the column of `order` is never null."""

    key: str
    label: str
    order: str
    said: str


TABS = {
    "open": Tab("open", "等回复", "due_at", "期限从近到远"),
    "answered": Tab("answered", "已回复", "-answered_at", "新回复的在前"),
}


@dataclass(frozen=True)
class Drawn:
    """One sheet with its chip; `light` colours the row."""

    row: Supervision
    chip: Chip
    light: str
    form: object = None

    @property
    def requirement(self):
        return self.row.asked.words.internal

    @property
    def answer(self):
        return self.row.answered.words.internal if self.row.answered_id else ""


def drawn(row, now, calendar, form=None):
    if row.answered_at:
        late = row.answered_at > row.due_at
        return Drawn(row, Chip("晚于期限回复", "amber", "circle-check") if late else Chip("已回复", "ok"), "")
    left = worktime.time_left(calendar, now, row.due_at)
    return Drawn(row, Chip(left.text, "late" if left.overdue else "calm"), "late" if left.overdue else "", form)
