"""Who may do what to an appeal: asked by the service under the lock, and by the template."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from anchors.registry.policy import speaks_for
from appeals import workflow
from appeals.answering import policy as answering
from appeals.dispatching import policy as dispatching
from appeals.ending import policy as ending
from appeals.judging import policy as judging
from appeals.merging import policy as merging
from appeals.models import Appeal
from appeals.negotiation import policy as negotiation
from appeals.pausing import policy as pausing
from appeals.protection.code_holder import CodeHolder
from appeals.publishing import policy as publishing
from appeals.querysets import SIGHT_AFTER_END
from appeals.supervision import policy as supervision
from appeals.workflow import Level, Verb
from branches.organisation.policy import hats
from xinyu_portal.errors import Conflict

STALE = "这件诉求刚刚有变化，您的操作没有生效。请看一下现在的情况再操作。"

WITHHELD = "（保密）主播"
BY_ANCHOR = (Verb.HAND_UP, Verb.CONFIRM, Verb.REOPEN, Verb.WITHDRAW, Verb.SUPPLEMENT, Verb.REVIEW, Verb.CONSENT)
# By whoever handles the stage at which it is now.
BY_HANDLER = (
    Verb.ACCEPT, Verb.REPLY, Verb.NOTE, Verb.HAND_UP, Verb.TRANSFER, Verb.RETURN, Verb.ASSIGN, Verb.RECLASSIFY,
    Verb.EXTEND, Verb.SUSPEND, Verb.RESUME, Verb.DISPATCH, Verb.REFER, Verb.REFUSE, Verb.ANSWER_SHEET, Verb.RELEASE,
    Verb.DECIDE_RELEASE,
)
# By the committee's staff and secretaries, wherever it is.
BY_COMMITTEE = (
    Verb.DECIDE_RETURN, Verb.SUPERVISE, Verb.MERGE, Verb.UNMERGE, Verb.FOLLOW_UP, Verb.PUBLISH, Verb.RECUSE,
)
# Those a page offers, in its order.
OFFERED = (
    Verb.ACCEPT, Verb.REPLY, Verb.RELEASE, Verb.NOTE, Verb.HAND_UP, Verb.CONFIRM, Verb.REOPEN, Verb.WITHDRAW,
    Verb.SUPPLEMENT, Verb.REVIEW, Verb.RESUME,
    Verb.DECIDE_RETURN, Verb.DECIDE_EXTENSION, Verb.DECIDE_RELEASE,
    Verb.TRANSFER,
    Verb.RETURN,
    Verb.ASSIGN,
    Verb.RECLASSIFY,
    Verb.EXTEND,
    Verb.SUSPEND,
    Verb.REFER,
    Verb.REFUSE,
    Verb.MERGE, Verb.UNMERGE,
    Verb.DISPATCH,
    Verb.DISPATCH_REPLY,
    Verb.SUPERVISE,
    Verb.ANSWER_SHEET,
    Verb.RECUSE,
    Verb.FOLLOW_UP,
    Verb.CONSENT,
    Verb.PUBLISH,
)


def is_anchor(user, appeal):
    """Whether it is this person's appeal: filed by themselves, or by an entry that was joined to theirs.

    An anonymous one is that of whoever has its code, and of no account.
    """
    if isinstance(user, CodeHolder):
        return user.opens == appeal.pk
    if appeal.anchor_id is None:
        return False
    return appeal.anchor.user_id == user.pk or appeal.anchor_id in speaks_for(user)


def knows_anchor(user, appeal):
    """Whether the name, phone and firm may be shown: of a confidential appeal to its anchor and the committee alone."""
    if appeal.confidentiality != Appeal.Confidentiality.CONFIDENTIAL:
        return appeal.anchor_id is not None
    return is_anchor(user, appeal) or hats(user).handles_for_committee


def anchor_name(user, appeal):
    """How the anchor is called before this person."""
    if knows_anchor(user, appeal):
        return appeal.anchor.user.name
    return WITHHELD if appeal.anchor_id else "匿名"


def handles(user, stage):
    """May act at a stage by office or as its holder. `stage` may be the last one, already left."""
    if stage.level == Level.MEMBER:
        return stage.holder_id == user.pk
    if stage.level == Level.BRANCH:
        return stage.branch_id in hats(user).handles_for_branches
    return hats(user).handles_for_committee


def had(user, appeal):
    """Has or had the appeal in hand at any of its stages.

    One statement; none where the stages are prefetched, or the row was read `with_had` for this person.
    """
    if "had_by" in appeal.__dict__:
        return appeal.had_by is not None and appeal.had_by == user.pk
    return any(stage.holder_id == user.pk or handles(user, stage) for stage in appeal.stages.all())


def may(user, verb, appeal):
    """Whether this is the person's verb at all; whether it may follow now is workflow's to say."""
    if is_anchor(user, appeal):  # nobody handles an own appeal
        return verb in BY_ANCHOR
    if verb in BY_COMMITTEE:
        return hats(user).handles_for_committee
    if verb in _SPECIAL:
        return _SPECIAL[verb](user, appeal)
    return verb in BY_HANDLER and handles(user, appeal.current)


def _may_note(user, appeal):
    return handles(user, appeal.current) or had(user, appeal)


# Verbs whose right depends on more than the office: f(user, appeal).
_SPECIAL = {
    Verb.NOTE: _may_note,
    Verb.DECIDE_EXTENSION: negotiation.may_decide_extension,
    Verb.DISPATCH_REPLY: dispatching.may_reply,
}


def actions(user, appeal):
    """The verbs that this person may take now, in the order in which a page offers them."""
    return tuple(
        verb for verb in OFFERED
        if refusal(user, verb, appeal) is None and may(user, verb, appeal)
    )


def refusal(user, verb, appeal):
    """Return the Chinese sentence why the verb cannot follow now, or None when it can."""
    if verb == Verb.NOTE and appeal.closed_at and appeal.closed_at < timezone.now() - SIGHT_AFTER_END:
        return "办结满 30 天，不能再记。"
    if said := dispatching.refusal(user, verb, appeal):
        return said
    by_anchor = is_anchor(user, appeal)
    return workflow.refusal(
        verb, status=appeal.status, level=appeal.current.level, outcome=appeal.outcome,
        reopened=appeal.reopened, by_anchor=by_anchor,
    ) or (
        merging.refusal(verb, appeal, by_anchor=by_anchor) or negotiation.refusal(user, verb, appeal)
        or supervision.refusal(verb, appeal) or answering.refusal(user, verb, appeal)
        or pausing.refusal(verb, appeal) or ending.refusal(verb, appeal) or publishing.refusal(verb, appeal)
        or (judging.refusal(user, verb, appeal) if verb == Verb.FOLLOW_UP and may(user, verb, appeal) else None)
    )


def judge(user, verb, appeal, version):
    """Raise what the person gets who may not do this, or not now, or saw another `version`; None saw none."""
    stale = version is not None and version != appeal.version
    if not may(user, verb, appeal):
        if stale and verb in BY_HANDLER and had(user, appeal):
            raise Conflict(STALE, appeal)
        raise PermissionDenied
    if stale:
        raise Conflict(STALE, appeal)
    sentence = refusal(user, verb, appeal)
    if sentence:
        raise Conflict(sentence, appeal)
