"""The rows of an appeal in the shape in which `replay` expects them: `{(table, key, column): value}`."""

from django.db.models import F, Prefetch

from appeals import trail
from appeals.models import Dispatch, Request, Supervision
from appeals.protection.models import Recusal

_APPEAL = (
    "status", "outcome", "kind", "channel", "confidentiality", "service_class", "reopened", "reviewed", "returns",
    "final", "suspensions", "suspended_days", "submitted_at", "replied_at", "judge_by", "closed_at", "public_since",
)
_STAGE = (
    "level", "entered_at", "accepted_at", "left_at", "accept_due_at", "due_at", "counted_from", "handle_within",
    "remind_at", "amber_at", "extended", "minutes_left", "resume_at",
)
_JUDGEMENT = ("answered", "contacted", "outcome", "rating", "at")
_REQUEST = ("kind", "at", "due_at", "reason", "days", "decided_at", "granted")
_DISPATCH = ("at", "due_at", "late_at", "replied_at", "ended_at")
_SHEET = ("at", "due_at", "reason", "grade", "answered_at")


def with_rows(appeals):
    """Everything that is compared comes along, one statement a table, as lists: `stage_rows`, `request_rows` and so on.

    Lines are told by their number.
    """
    asked, answered = F("asked__seq"), F("answered__seq")
    return appeals.prefetch_related(
        Prefetch("stages", to_attr="stage_rows"), Prefetch("judgements", to_attr="judgement_rows"),
        Prefetch("merges", to_attr="merge_rows"), Prefetch("recusals", to_attr="recusal_rows"),
        Prefetch("requests", Request.objects.annotate(line=asked), "request_rows"),
        Prefetch("dispatches", Dispatch.objects.annotate(line=asked, answer=answered), "dispatch_rows"),
        Prefetch("sheets", Supervision.objects.annotate(line=asked, answer=answered), "sheet_rows"),
    )


def of_appeal(appeal):
    seqs = {stage.pk: stage.seq for stage in appeal.stage_rows}
    by_staff = [row for row in appeal.recusal_rows if row.why == Recusal.Why.STAFF]
    recused = len(appeal.recusal_rows) - len(by_staff)  # at submit
    found = _plain("appeal", "", appeal, _APPEAL, category=appeal.category_id, recused=recused)
    for stage in appeal.stage_rows:
        found |= _plain("stage", stage.seq, stage, _STAGE, branch=stage.branch_id, holder=stage.holder_id)
    for row in appeal.judgement_rows:
        found |= _plain("judgement", (seqs.get(row.stage_id), str(row.asked), row.attempt), row, _JUDGEMENT)
    for row in appeal.request_rows:
        people = {"by": row.by_id, "decided_by": row.decided_by_id}
        found |= _plain("request", row.line, row, _REQUEST, stage=seqs.get(row.stage_id), **people)
    for row in appeal.dispatch_rows:
        people = {"by": row.by_id, "replied_by": row.replied_by_id, "partner": row.partner_id}
        found |= _plain(
            "dispatch", row.line, row, _DISPATCH, stage=seqs.get(row.stage_id), answered=row.answer, **people
        )
    for row in appeal.sheet_rows:
        lines = {"asked": row.line, "answered": row.answer}
        people = {"by": row.by_id, "answered_by": row.answered_by_id}
        found |= _plain("sheet", row.number, row, _SHEET, stage=seqs.get(row.stage_id), **lines, **people)
    for row in appeal.merge_rows:
        people = {"by": row.by_id, "until_by": row.until_by_id}
        found |= _plain("merge", trail.stamp(row.since), row, ("until",), lead=row.lead_id, **people)
    for row in by_staff:
        whom = ("user", row.user_id) if row.user_id else ("from_branch", row.branch_id)
        found |= _plain("recusal", whom, row, ("at",), by=row.by_id)
    return found


def _plain(table, key, row, columns, **others):
    told = {column: getattr(row, column) for column in columns} | others
    return {(table, key, name): trail.stamp(at) if hasattr(at, "astimezone") else at for name, at in told.items()}
