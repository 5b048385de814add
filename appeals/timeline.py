"""The trail as people read it: newest first, in the five words 接单 · 转单 · 派单 · 办结 · 回复."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from appeals.ending.guidance import NotHere
from appeals.negotiation.models import ReturnReason
from appeals.pausing.reasons import SuspendReason
from appeals.policy import WITHHELD
from appeals.voices import voices
from appeals.workflow import Level, Outcome, Verb
from branches.organisation.models import Post, Role

RATINGS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
BETWEEN_HANDLERS = (Verb.REMIND, Verb.AMBER, Verb.LATE, Verb.ANSWER_SHEET)  # to the anchor these are noise
_SILENT_WORDS = {
    Verb.CLOSE_SILENT: "10 个工作日没有评价，记为“未评价”，不算作满意。仍可以补评。",
    Verb.WITHDRAW: "主播撤回了这件诉求。",
    Verb.MERGE: "并入同一件事一起办，您会单独收到答复。",
    Verb.UNMERGE: "不再并在一起，单独接着办，期限不变。",
    Verb.RECLASSIFY: "改了类别。",
    Verb.ASSIGN: "换了办理的人。",
    Verb.LAPSE: "申请到期没有审，按不同意办。",
}


@dataclass(frozen=True)
class Line:
    """One happening. `who` is name and office, `text` public words, `inner` words for colleagues only."""

    word: str
    at: datetime
    who: str
    text: str
    inner: str = ""
    files: tuple = ()


class Offices:
    """Names and offices of those in one trail, and the secretary of one branch. One statement."""

    def __init__(self, posts, branch_id):
        self.posts, self.branch_id = posts, branch_id

    @classmethod
    def load(cls, user_ids, branch_id):
        wanted = Q(user__in=user_ids, committee__isnull=False) | Q(user__in=user_ids, branch__isnull=False)
        wanted |= Q(branch=branch_id, role=Role.SECRETARY)
        return cls(tuple(Post.objects.filter(wanted).select_related("user")), branch_id)

    def secretary(self, on):
        """支部书记 程远山, or nothing where the chair is empty."""
        for post in self.posts:
            if post.branch_id == self.branch_id and post.role == Role.SECRETARY and _held(post, on):
                return f"{post.title} {post.user.name}"
        return ""

    def title(self, user_id, stage, on):
        """The office in which a person acted at a stage on a day."""
        if stage.level == Level.MEMBER:
            return "联系党员" if user_id == stage.holder_id else ""
        seat = (None, stage.branch_id) if stage.level == Level.BRANCH else (True, None)
        for post in self.posts:
            if post.user_id == user_id and (post.committee_id and True, post.branch_id) == seat and _held(post, on):
                return post.title
        return ""


def _held(post, on):
    return post.since <= on and (post.until is None or on <= post.until)


def shown_to_anchor(events):
    """Without what colleagues tell each other."""
    return [e for e in events if e.verb not in BETWEEN_HANDLERS and not e.facts.get("internal")]


def for_anchor(events, appeal, offices, brief=None, files=None):
    """Newest first, without what colleagues tell each other; of the event `brief` only that it happened.

    `files`: the attachments that this person sees, by the id of their line; here and below.
    """
    shown = shown_to_anchor(events)
    own = voices(appeal)
    return [
        Line(
            e.get_verb_display(), e.at, "您" if e.actor_id in own or e.facts.get("by_code") else _who(e, own, offices),
            "已答复，内容在最上面。" if e is brief else _said(e, appeal),
            files=() if e is brief else _files(e, files),
        )
        for e in reversed(shown)
    ]


def for_staff(events, appeal, offices, anchor, files=None):
    """Newest first, internal words included; what the anchor said stands in a panel of its own.

    `anchor` is how the anchor is called before the reader.
    """
    own = voices(appeal)
    return [
        Line(
            _word(e), e.at, _who(e, own, offices, anchor),
            "" if e.verb == Verb.SUBMIT else _said(e, appeal), e.words.internal,
            () if e.verb == Verb.SUBMIT else _files(e, files),
        )
        for e in reversed(events)
    ]


def _word(event):
    return "内部备注" if event.verb == Verb.NOTE and event.facts.get("internal") else event.get_verb_display()


def _files(event, files):
    return tuple((files or {}).get(event.pk, ()))


def _who(event, own, offices, anchor=""):
    if event.facts.get("by_code"):
        return "主播（凭查询码）"
    if event.actor is None:
        return "自动" if event.verb == Verb.HAND_UP else "到点自动"  # when a contact ended, no deadline had passed
    if event.actor_id in own:
        return anchor if anchor == WITHHELD else f"{event.actor.name} · 主播"
    if event.verb == Verb.DISPATCH_REPLY:  # the unit itself stands in the words
        return f"{event.actor.name} · 协办单位联络员"
    title = offices.title(event.actor_id, event.stage, timezone.localdate(event.at))
    return f"{event.actor.name} · {title}" if title else event.actor.name


def _said(event, appeal):
    if not event.words.public_salt:
        return f"{_facts_of(event)}内容已按规定清除。"
    if event.verb == Verb.SUBMIT:
        return appeal.body
    text = _with_facts(event) or event.words.public or _unspoken(event)
    if event.verb == Verb.CONFIRM or (event.verb == Verb.FOLLOW_UP and event.facts["reached"]):
        text = "。".join(part for part in (judged(event.facts["outcome"], event.facts["rating"]), text) if part)
    passed = "、".join(Level(level).label for level in event.facts.get("passed_over", ()))
    return f"{text} {passed}没有人可以接单，直接往上交。".strip() if passed else text


def _with_facts(event):
    """What the facts say, and then the words; nothing where the words are enough."""
    facts = _facts_of(event)
    return "\n".join(part for part in (facts, event.words.public) if part) if facts else ""


def _facts_of(event):
    facts = event.facts
    if event.verb == Verb.SUSPEND:
        return f"{SuspendReason(facts['reason']).label}，最晚 {_by(facts['resume_at'])} 恢复办理。"
    if event.verb == Verb.RESUME:
        return f"剩下的时间接着算，{_by(facts['due_at'])} 前答复。"
    if event.verb == Verb.DECIDE_EXTENSION and facts["granted"]:
        return f"同意延期 {facts['days']} 个工作日，{_by(facts['due_at'])} 前答复。"
    if event.verb in (Verb.REFER, Verb.REFUSE):
        return f"{NotHere(facts['reason']).label}。"
    if event.verb in (Verb.DECIDE_RETURN, Verb.DECIDE_EXTENSION) and not facts["granted"]:
        return "不同意。"
    if event.verb == Verb.RETURN:
        return f"{ReturnReason(facts['reason']).label}。"
    if event.verb == Verb.EXTEND:
        return f"想延 {facts['days']} 个工作日。"
    return ""


def _by(stamped):
    """“11月24日 17:30” of an instant in the facts."""
    at = timezone.localtime(datetime.fromisoformat(stamped))
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def _unspoken(event):
    facts = event.facts
    if event.verb == Verb.CONSENT:
        return "同意公开去掉姓名的答复。" if facts["granted"] else "收回了公开的同意，已撤下。"
    if event.verb == Verb.PUBLISH:
        return "公开的答复已撤下。" if facts["withdrawn"] else "去掉姓名的答复已公开。"
    if event.verb == Verb.FOLLOW_UP and not facts["reached"]:
        return f"第 {facts['attempt']} 次没联系上。"
    if event.verb == Verb.MERGE and "child" in facts:
        return "另一件同样的诉求并了进来，一起办。"
    if event.verb == Verb.ACCEPT:
        return f"{'联系党员' if event.level == Level.MEMBER else Level(event.level).label}已接单。"
    if event.verb in (Verb.HAND_UP, Verb.REOPEN):
        return f"已交到{Level(facts['to']).label}。"
    if event.verb in (Verb.DECIDE_RETURN, Verb.ASSIGN) and facts.get("to"):
        again = "期限重新算起" if facts.get("final") else "期限不变"
        return f"转到{Level(facts['to']).label}办，{again}。"
    return _SILENT_WORDS.get(event.verb, "")


def judged(outcome, rating):
    """解决了 · 满意"""
    return " · ".join(word for word in (Outcome(outcome).label if outcome else "", RATINGS.get(rating)) if word)
