"""What waits beside an appeal's stage: open requests, an unanswered sheet, the lead of a merge."""

from dataclasses import dataclass, fields

from django.db.models import Exists, OuterRef

from appeals.dispatching.models import Dispatch
from appeals.merging.models import Merge
from appeals.negotiation.models import Request
from appeals.protection.sight import hidden_from


@dataclass(frozen=True)
class OpenWork:
    """Ids of those who asked for what is still undecided, and its merges.

    `asked_for_time`: an extension was asked at this stage, decided or not; `open_sheet`: a 督办单 is unanswered.
    `led_by` and `led_number` are of the lead that it follows, or None; `leads` is whether others follow it.
    `hides`: somebody is recused. `answered_by`: who answered the present stage, or None.
    """

    open_return_by: int | None
    open_extension_by: int | None
    open_release_by: int | None
    asked_for_time: bool
    open_sheet: bool
    led_by: int | None
    led_number: str | None
    leads: bool
    hides: bool
    answered_by: int | None

    def asked_by(self, kind):
        """Who asked for the open request of this kind (`Request.Kind`), or None when none is open."""
        return getattr(self, f"open_{kind}_by")


_NAMES = tuple(field.name for field in fields(OpenWork))


def open_work(appeal):
    """Of a row that came by `with_open_work()` no statement; of a bare row one, and read afresh each time."""
    if all(name in appeal.__dict__ for name in _NAMES):
        return OpenWork(*(getattr(appeal, name) for name in _NAMES))
    rows = type(appeal).objects.filter(pk=appeal.pk).with_open_work()
    return OpenWork(*rows.values_list(*_NAMES).get())


def following(appeal, user):
    """The appeals that `user` answers with this one, as their numbers and titles are shown. One statement."""
    merges = Merge.objects.in_force().filter(lead=appeal, child=OuterRef("pk"))
    return list(type(appeal).objects.filter(Exists(merges), ~hidden_from(user)).order_by("pk"))


def end_with(stage_ids, at):
    """Stages are left: their undecided requests are refused, their open dispatches no longer needed. Two statements."""
    refuse_undecided(stage_ids, at)
    Dispatch.objects.open().filter(stage__in=stage_ids).update(ended_at=at)


def refuse_undecided(stage_ids, at):
    Request.objects.open().filter(stage__in=stage_ids).update(decided_at=at, granted=False)
