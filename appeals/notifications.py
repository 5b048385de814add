"""Who hears of what, in what words (design §6). Words carry no personal content: the matter is behind the link."""

from django.urls import reverse

from appeals.voices import voices
from appeals.workflow import Level, Verb
from notices.services import Message

_ANCHOR_READS = {
    Verb.ACCEPT: "您的诉求已接单",
    Verb.NOTE: "您的诉求有新进展",
    Verb.HAND_UP: "您的诉求已转到上一级",
    Verb.ESCALATE: "您的诉求已自动转到上一级",
    Verb.REPLY: "您的诉求有答复了，请您评价",
    Verb.CLOSE_SILENT: "您的诉求已办结，仍可以评价",
    Verb.WITHDRAW: "您的诉求已撤回",
    Verb.CONFIRM: "您的诉求已办结",
    Verb.REOPEN: "您的诉求会再办一次",
    Verb.TRANSFER: "您的诉求已转到别的支部",
    Verb.DECIDE_RETURN: "您的诉求换了地方办",
    Verb.ASSIGN: "您的诉求已指定支部办理",
    Verb.DECIDE_EXTENSION: "您的诉求延了期",
    Verb.SUSPEND: "您的诉求先挂起",
    Verb.RESUME: "您的诉求恢复办理了",
    Verb.REFER: "您的诉求已转介",
    Verb.REFUSE: "您的诉求没有受理",
    Verb.REVIEW: "您的诉求会复查",
    Verb.MERGE: "您的诉求和同一件事一起办",
    Verb.UNMERGE: "您的诉求改为单独办",
    Verb.RECUSE: "您的诉求已交到市行业党委",
}
_HOLDER_READS = {
    Verb.WITHDRAW: "主播撤回了诉求", Verb.REOPEN: "主播请求再办", Verb.CONFIRM: "主播评价了您的答复",
    Verb.SUPPLEMENT: "主播补充了内容", Verb.REVIEW: "主播申请复查",
}
# Those at whose stage it stands: of a merge each of the two hears.
_PLACE_READS = {Verb.MERGE: "有两件诉求并在一起办了", Verb.UNMERGE: "有一件诉求又单独办了，请接着办"}
# What the committee decides, and what it hears back from the branch or the partner.
_COMMITTEE_READS = {
    Verb.RETURN: "有退单申请等审核",
    Verb.DISPATCH_REPLY: "协办单位回复了", Verb.LATE: "协办单位没有按时回复", Verb.ANSWER_SHEET: "督办单有回复了",
}
# The answer to whoever asked: of `facts["asked_by"]`.
_ASKER_READS = {
    Verb.DECIDE_RETURN: "您的退单申请审过了", Verb.DECIDE_EXTENSION: "您的延期申请审过了",
    Verb.DECIDE_RELEASE: "您送审的答复审过了",
    Verb.LAPSE: "您的申请到期没有审，按不同意办",
}
_CLERKS_READ = {Verb.DISPATCH: "有一件事派给您的单位，请按期回复", Verb.LATE: "派给您单位的事过了期限，请尽快回复"}
_SIGNALS = {
    Verb.REMIND: "诉求办理时间过半",
    Verb.AMBER: "诉求即将超时",
    Verb.YELLOW_CARD: "诉求在市行业党委超时，已亮黄牌",
    Verb.RED_CARD: "诉求在市行业党委严重超时，已亮红牌",
}


NOBODY_LEFT = "市行业党委没有人可以接单，请补任职"


def of_event(event, *, appeal, handlers, entered=None, last_holder_id=None):
    """Messages for one event. `entered` is the stage it brought the appeal to, if any; nothing is sent here."""
    heard = {}
    stage = entered or event.stage
    if entered is not None:
        heard |= _arrival(event, appeal, handlers, entered)
    elif event.verb == Verb.RECUSE and stage.is_open and not handlers.of_stage(stage, appeal):
        heard |= dict.fromkeys(handlers.administrators, NOBODY_LEFT)
    if event.verb in _SIGNALS:
        heard |= dict.fromkeys(_signalled(event, appeal, handlers), _SIGNALS[event.verb])
    if event.verb == Verb.ESCALATE:
        heard |= dict.fromkeys(_lost_by(event, appeal, handlers), "诉求已超时，自动转到上一级")
    if event.verb in _COMMITTEE_READS:
        heard |= dict.fromkeys(handlers.committee() - voices(appeal), _COMMITTEE_READS[event.verb])
    if event.verb in _PLACE_READS:
        heard |= dict.fromkeys(handlers.of_stage(stage, appeal), _PLACE_READS[event.verb])
    if event.verb == Verb.RELEASE:
        heard |= dict.fromkeys(handlers.of_stage(stage, appeal), "有一份答复等您审核")
    if event.verb in _CLERKS_READ:
        heard |= dict.fromkeys(handlers.clerks(event.facts["partner"], appeal), _CLERKS_READ[event.verb])
    if event.verb == Verb.SUPERVISE:
        heard |= dict.fromkeys(handlers.of_stage(stage, appeal), "有督办单，请按期回复")
    if event.verb == Verb.EXTEND:
        heard |= dict.fromkeys(handlers.deciding_extension(stage, appeal), "有延期申请等审核")
    if event.verb in _ASKER_READS and event.facts.get("asked_by"):
        heard.setdefault(event.facts["asked_by"], _ASKER_READS[event.verb])
    if event.verb == Verb.RECOUNT and event.facts["day_moved"]:
        heard |= dict.fromkeys(handlers.of_stage(stage, appeal) if stage.is_open else (), "一件诉求的期限改了天")
        heard |= dict.fromkeys(voices(appeal), "工作日历改了，您这件的期限改了天")
    if event.verb == Verb.ASSIGN and event.facts.get("internal"):
        heard.setdefault(event.facts["holder"], "有一件诉求指定由您办")
    if event.verb == Verb.RECUSE and event.facts.get("holder"):
        heard.setdefault(event.facts["holder"], "有一件挂起的诉求换由您办")
    if event.verb in _HOLDER_READS and last_holder_id:
        heard.setdefault(last_holder_id, _HOLDER_READS[event.verb])
    if event.verb == Verb.SUPPLEMENT and not stage.holder_id:
        heard |= dict.fromkeys(handlers.of_stage(stage, appeal), _HOLDER_READS[event.verb])
    if event.verb == Verb.RESUME and event.actor_id is None and stage.holder_id:
        heard.setdefault(stage.holder_id, "挂起到期，恢复办理了")
    for person in handlers.recused(appeal):
        heard.pop(person, None)
    if event.verb in _ANCHOR_READS and not event.facts.get("internal"):
        heard |= dict.fromkeys(voices(appeal), _anchor_reads(event))
    if event.verb == Verb.SUBMIT or event.actor_id:
        heard.pop(event.actor_id, None)  # nobody needs a notice of what they just did
    return [_message(event, appeal, stage, person, title, handlers) for person, title in heard.items()]


def _anchor_reads(event):
    """A hand-up that stays with a contact is one to the next contact (appeals/succession.py)."""
    if event.verb == Verb.HAND_UP and event.facts.get("to") == Level.MEMBER:
        return "您的诉求转给了新的联系党员"
    return _ANCHOR_READS[event.verb]


def _arrival(event, appeal, handlers, entered):
    people = handlers.of_stage(entered, appeal)
    if not people and entered.level == Level.COMMITTEE:
        return dict.fromkeys(handlers.administrators, NOBODY_LEFT)
    if event.verb == Verb.SUBMIT and appeal.service_class == "CRITICAL":  # shown at once to branch and committee
        people |= handlers.committee()
        own = voices(appeal)
        people |= handlers.at(Level.BRANCH, branch_id=appeal.branch_id, holder_id=None, own=own)
        people -= own
    return dict.fromkeys(people, "有新的诉求等您接单")


def _signalled(event, appeal, handlers):
    stage = event.stage
    if event.verb == Verb.RED_CARD:
        return handlers.committee_leaders()
    if event.verb == Verb.YELLOW_CARD:
        return handlers.committee()
    people = handlers.of_stage(stage, appeal)
    if stage.holder_id and stage.accepted_at:
        people = {stage.holder_id} & people or people
    if event.verb == Verb.AMBER:
        people |= handlers.branch_leaders(stage.branch_id) - voices(appeal)
    return people


def _lost_by(event, appeal, handlers):
    stage = event.stage
    return {stage.holder_id} if stage.holder_id else handlers.of_stage(stage, appeal)


def _message(event, appeal, stage, person, title, handlers):
    """The link is left out for a branch leader who is told of a matter still with the contact: not theirs to read."""
    at_member = stage.level == Level.MEMBER and event.verb == Verb.AMBER and appeal.service_class != "CRITICAL"
    hidden = at_member and person != stage.holder_id
    return Message(
        recipient_id=person,
        key=f"appeal-event:{event.pk}",
        title=title,
        text=f"{appeal.number}，还在联系党员手上" if hidden else appeal.number,
        url="" if hidden else reverse("appeals:detail", args=[appeal.pk]),
    )
