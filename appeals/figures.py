"""What the reports of a branch count of appeals (definitions: domain.md §5.6)."""

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from appeals.models import Appeal, Event, Judgement, Stage
from appeals.workflow import Level, Outcome, Verb
from branches.reports.figures import FigureKind, Line, listed, shared

GROUP = "诉求办理"


def _received(branch_ids, start, end):
    stages = Stage.objects.filter(
        level=Level.BRANCH, branch__in=branch_ids, entered_at__gte=start, entered_at__lt=end
    )
    return listed(stages.values_list("branch_id", "appeal_id"))


def _by_members(branch_ids, start, end):
    return _events(Verb.REPLY, Level.MEMBER, branch_ids, start, end)


def _escalated(branch_ids, start, end):
    """Of the branch's own level: the stage of the line is the one that let it lapse."""
    return _events(Verb.ESCALATE, Level.BRANCH, branch_ids, start, end)


def _events(verb, level, branch_ids, start, end):
    """Appeals to which `verb` happened in the period at a stage of that level; the same one counts once."""
    events = Event.objects.filter(
        verb=verb, stage__level=level, stage__branch__in=branch_ids, at__gte=start, at__lt=end
    )
    return listed(events.order_by().values_list("stage__branch_id", "appeal_id"))


def _answered_in_time(branch_ids, start, end):
    """Stages due in the period, less those that left in time without an answer: handed up or withdrawn."""
    replies = Event.objects.filter(stage=OuterRef("pk"), verb=Verb.REPLY).order_by()
    stages = (
        Stage.objects.filter(level=Level.BRANCH, branch__in=branch_ids, due_at__gte=start, due_at__lt=end)
        .annotate(replied=Exists(replies))
        .filter(Q(replied=True) | Q(left_at=None) | Q(left_at__gte=F("due_at")))
    )
    return shared(
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
    return shared(
        (branch_id, appeal_id, outcome == Outcome.RESOLVED)
        for branch_id, appeal_id, outcome in judgements.values_list("stage__branch_id", "appeal_id", "outcome")
    )


def _rows(user, ids):
    return Appeal.objects.visible_to(user).filter(pk__in=ids)


def _line(appeal):
    note = f"{appeal.number} · {appeal.get_status_display()}"
    return Line(appeal.title, note, reverse("appeals:detail", args=[appeal.pk]))


received = FigureKind(
    code="received", group=GROUP, title="收到诉求", unit="件", count=_received, rows=_rows, line=_line,
    how="本期里到过本支部这一级的诉求，含联系党员上交和自动上交；同一件只算一次。",
)
by_members = FigureKind(
    code="by_members", group=GROUP, title="联系党员答复", unit="件", count=_by_members, rows=_rows, line=_line,
    how="本期里由联系党员直接答复、没有交到支部的诉求；同一件只算一次。",
)
escalated = FigureKind(
    code="escalated", group=GROUP, title="到期自动上交党委", unit="件", count=_escalated, rows=_rows, line=_line,
    how="本期里在本支部这一级到了期限、自动转到上一级的诉求；支部主动上交的不算，同一件只算一次。",
)
closed = FigureKind(
    code="closed", group=GROUP, title="按时回复", unit="件", count=_answered_in_time, rows=_rows, line=_line,
    of_many=True,
    how="办理期限在本期里的诉求中，期限内答复了主播的件数。期限前已经上交或撤回的不计入，没答复的算没有按时。",
)
solved = FigureKind(
    code="solved", group=GROUP, title="主播说“解决了”", unit="件", count=_solved, rows=_rows, line=_line, of_many=True,
    how="本期里主播评价过的、由本支部答复的诉求中，主播自己选“解决了”的件数。没有评价的不计入；匿名的计入，只是不算满意率。",
)
KINDS = (received, by_members, closed, escalated, solved)
