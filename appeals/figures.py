"""What the monthly report of a branch counts of appeals (definitions: domain.md §5.6)."""

from collections import defaultdict

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from appeals.models import Appeal, Event, Judgement, Stage
from appeals.workflow import Level, Outcome, Verb
from branches.reports.figures import Figure, FigureKind, Line

GROUP = "诉求办理"


def _received(branch_ids, start, end):
    stages = Stage.objects.filter(
        level=Level.BRANCH, branch__in=branch_ids, entered_at__gte=start, entered_at__lt=end
    )
    found = defaultdict(set)
    for branch_id, appeal_id in stages.values_list("branch_id", "appeal_id"):
        found[branch_id].add(appeal_id)
    return {branch_id: Figure(len(ids), None, tuple(sorted(ids))) for branch_id, ids in found.items()}


def _answered_in_time(branch_ids, start, end):
    """Stages due in the month, less those that left in time without an answer: handed up or withdrawn."""
    replies = Event.objects.filter(stage=OuterRef("pk"), verb=Verb.REPLY).order_by()
    stages = (
        Stage.objects.filter(level=Level.BRANCH, branch__in=branch_ids, due_at__gte=start, due_at__lt=end)
        .annotate(replied=Exists(replies))
        .filter(Q(replied=True) | Q(left_at=None) | Q(left_at__gte=F("due_at")))
    )
    return _shares(
        (branch_id, appeal_id, replied and left_at <= due_at)
        for branch_id, appeal_id, replied, left_at, due_at in stages.values_list(
            "branch_id", "appeal_id", "replied", "left_at", "due_at"
        )
    )


def _solved(branch_ids, start, end):
    """With what was said by code: an anonymous answer is left out of satisfaction alone (domain.md §5.5)."""
    judgements = Judgement.objects.filter(
        answered=True, asked=Judgement.Asked.ANCHOR,  # a follow-up is the committee's figure
        stage__level=Level.BRANCH, stage__branch__in=branch_ids, at__gte=start, at__lt=end
    )
    return _shares(
        (branch_id, appeal_id, outcome == Outcome.RESOLVED)
        for branch_id, appeal_id, outcome in judgements.values_list("stage__branch_id", "appeal_id", "outcome")
    )


def _shares(found):
    """(branch, appeal, whether it counts) -> `{branch: Figure(those that count, all, all ids)}`."""
    numerators, ids = defaultdict(int), defaultdict(list)
    for branch_id, appeal_id, counts in found:
        numerators[branch_id] += bool(counts)
        ids[branch_id].append(appeal_id)
    return {pk: Figure(numerators[pk], len(listed), tuple(sorted(listed))) for pk, listed in ids.items()}


def _rows(user, ids):
    return Appeal.objects.visible_to(user).filter(pk__in=ids)


def _line(appeal):
    note = f"{appeal.number} · {appeal.get_status_display()}"
    return Line(appeal.title, note, reverse("appeals:detail", args=[appeal.pk]))


received = FigureKind(
    code="received", group=GROUP, title="收到诉求", unit="件", count=_received, rows=_rows, line=_line,
    how="本月里到过本支部这一级的诉求，含联系党员上交和自动上交；同一件只算一次。",
)
closed = FigureKind(
    code="closed", group=GROUP, title="按时回复", unit="件", count=_answered_in_time, rows=_rows, line=_line,
    of_many=True,
    how="办理期限在本月里的诉求中，期限内答复了主播的件数。期限前已经上交或撤回的不计入，没答复的算没有按时。",
)
solved = FigureKind(
    code="solved", group=GROUP, title="主播说“解决了”", unit="件", count=_solved, rows=_rows, line=_line, of_many=True,
    how="本月里主播评价过的、由本支部答复的诉求中，主播自己选“解决了”的件数。没有评价的不计入；匿名的计入，只是不算满意率。",
)
