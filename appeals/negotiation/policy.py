"""Who decides a request: never who asked (design §4)."""

from django.db.models import Exists, OuterRef, Q

from appeals.handlers import Handlers
from appeals.negotiation.models import Request
from appeals.waiting import open_work
from appeals.workflow import Level, Verb
from branches.organisation.models import Post
from branches.organisation.policy import BRANCH_HANDLERS, hats

ASKS = {Verb.RETURN: Request.Kind.RETURN, Verb.EXTEND: Request.Kind.EXTENSION, Verb.RELEASE: Request.Kind.RELEASE}
DECIDES = {
    Verb.DECIDE_RETURN: Request.Kind.RETURN, Verb.DECIDE_EXTENSION: Request.Kind.EXTENSION,
    Verb.DECIDE_RELEASE: Request.Kind.RELEASE,
}
RETURNS = 2  # so many returns granted, and the committee assigns finally


def open_request(appeal, kind):
    """The request of this kind that waits at the present stage, or None."""
    return Request.objects.open().filter(stage=appeal.current_id, kind=kind).first()


def may_decide_extension(user, appeal):
    """The level above that has somebody; at the committee its secretary."""
    stage, worn = appeal.current, hats(user)
    if stage.level == Level.COMMITTEE:
        return worn.leads_committee
    if stage.level == Level.MEMBER and stage.branch_id in worn.handles_for_branches:
        return True
    if not worn.handles_for_committee or stage.level == Level.BRANCH:
        return worn.handles_for_committee
    return Handlers.load([stage.branch_id]).above(stage, appeal)[0] == Level.COMMITTEE


def to_decide(user):
    """The requests that wait for this person's word: those of `DECIDES` that `policy` would let them decide.

    Whether a branch is passed over because all of its officers are recused, only the appeal itself can tell.
    """
    worn, kinds = hats(user), Request.Kind
    found = Request.objects.open().exclude(by=user)
    mine = Q(stage__level=Level.MEMBER, kind=kinds.EXTENSION, stage__branch__in=worn.handles_for_branches)
    mine |= Q(stage__level=Level.BRANCH, kind=kinds.RELEASE, stage__branch__in=worn.handles_for_branches)
    if worn.handles_for_committee:
        above = Post.objects.current().filter(branch=OuterRef("stage__branch"), role__in=BRANCH_HANDLERS)
        mine |= Q(kind=kinds.RETURN) | Q(stage__level=Level.BRANCH, kind=kinds.EXTENSION)
        mine |= Q(stage__level=Level.COMMITTEE, kind=kinds.RELEASE)
        mine |= Q(~Exists(above), stage__level=Level.MEMBER, kind=kinds.EXTENSION)
    if worn.leads_committee:
        mine |= Q(stage__level=Level.COMMITTEE, kind=kinds.EXTENSION)
    return found.filter(mine)


def refusal(user, verb, appeal):
    """Why a request cannot be made or decided now: one waits already, none waits, or it is one's own."""
    if verb == Verb.RETURN and appeal.final:
        return "这一件是市行业党委最终指定的，不能再退。"
    if verb == Verb.TRANSFER and appeal.current.level == Level.COMMITTEE and appeal.returns >= RETURNS:
        return "退过两次单的，请用“指定承办”最终指定一个支部。"
    if verb == Verb.EXTEND and open_work(appeal).asked_for_time:
        return "这一级已经申请过一次延期，不能再提。"
    if verb in ASKS and open_work(appeal).asked_by(ASKS[verb]) is not None:
        return "已经有一份在等审核。"
    if verb not in DECIDES:
        return None
    by = open_work(appeal).asked_by(DECIDES[verb])
    if by is None:
        return "没有等审核的申请，可能已经有人审过了。"
    return "自己提的申请，要由别人审核。" if by == user.pk else None
