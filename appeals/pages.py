"""What the page of one appeal shows to one person: state, deadline, trail and exactly the actions they have."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from appeals import explaining, policy, timeline
from appeals.answering import policy as answering
from appeals.attachments.policy import by_line
from appeals.deadlines import Terms
from appeals.dispatching.lists import drawn as lent
from appeals.ending.guidance import GUIDANCE, Guidance, NotHere
from appeals.forms import ABOUT
from appeals.handlers import Handlers
from appeals.merging.policy import TOGETHER
from appeals.models import Appeal, Judgement, Publication, ReplyTemplate
from appeals.negotiation.models import ReturnReason
from appeals.negotiation.policy import ASKS, DECIDES
from appeals.parts import PARTS
from appeals.pausing.reasons import SuspendReason
from appeals.proof.policy import may_erase
from appeals.protection.code_holder import BY_CODE, CodeHolder
from appeals.protection.policy import may_grant_words
from appeals.rail import rail
from appeals.supervision.forms import AnswerSheetForm
from appeals.supervision.lists import drawn as sheet
from appeals.verb_forms import form_of
from appeals.voices import voices
from appeals.waiting import open_work
from appeals.workflow import Level, Outcome, Status, Verb
from branches.calendar import worktime
from branches.calendar.services import current_calendar, with_duty

ABOVE = {Level.MEMBER: "支部", Level.BRANCH: "市行业党委", Level.COMMITTEE: "市行业党委"}


class AppealPage:
    """Read-only; at most seven statements beside the appeal, however long the trail is."""

    def __init__(self, user, appeal, now=None, template=None):
        """`template`: id of the reply template to begin an answer from, as it stood in the address; "" lists them."""
        self.user, self.appeal, self.now = user, appeal, now or timezone.now()
        self.template = template
        self.stage = appeal.current
        if appeal.status == Status.CLOSED:  # shown, and asked for by the follow-up
            prefetch_related_objects([appeal], "current__judgements")

    @cached_property
    def by_anchor(self):
        return policy.is_anchor(self.user, self.appeal)

    @cached_property
    def knows_anchor(self):
        return policy.knows_anchor(self.user, self.appeal)

    @cached_property
    def anchor_name(self):
        return policy.anchor_name(self.user, self.appeal)

    def called(self, person):
        """The name of somebody who acted, as far as it is this reader's to know."""
        return self.anchor_name if person.pk in voices(self.appeal) else person.name

    @cached_property
    def actions(self):
        return policy.actions(self.user, self.appeal)

    @cached_property
    def may_grant_words(self):
        return may_grant_words(self.user, self.appeal)

    @property
    def may_erase(self):
        return may_erase(self.user, self.appeal)

    @cached_property
    def urls(self):
        """`{verb: where its form is sent}` for this person: with a query code by doors that know no id."""
        if isinstance(self.user, CodeHolder):
            return {str(verb): reverse(f"receipts:{verb}") for verb in self.actions if verb in BY_CODE}
        return {str(verb): reverse(f"appeals:{verb}", args=[self.appeal.pk]) for verb in self.actions}

    @cached_property
    def events(self):
        """With the dispatch or the sheet that a line began: a join costs no statement."""
        return list(self.appeal.events.for_trail().select_related("dispatch__partner", "sheet__by"))

    @cached_property
    def lines(self):
        if self.by_anchor:  # the answer stands in full at the top
            return timeline.for_anchor(self.events, self.appeal, self.offices, brief=self._reply, files=self.files)
        return timeline.for_staff(self.events, self.appeal, self.offices, self.anchor_name, files=self.files)

    @cached_property
    def files(self):
        """Attachments by the id of their line: a statement more, and only where a line holds some."""
        return by_line(self.user, self.appeal, self.events)

    @cached_property
    def said_files(self):
        """What came along when it was submitted."""
        return self.files.get(self.events[0].pk, ())

    @cached_property
    def nobody_left(self):
        """Everybody at the committee has to step back: it stays, and nobody reads it until somebody else is there."""
        concerned = self.events[0].facts.get("about") or any(event.verb == Verb.RECUSE for event in self.events)
        if not concerned or not self.stage.is_open or self.stage.level != Level.COMMITTEE:
            return False
        return not Handlers.load([]).of_stage(self.stage, self.appeal)

    @cached_property
    def kept_from(self):
        """What was asked for at the submit, as sentences for the anchor: who does not know them, who never sees it."""
        confidential = self.appeal.confidentiality == Appeal.Confidentiality.CONFIDENTIAL
        said = ["保密：只有市行业党委知道是您"] if confidential else []
        about = [ABOUT[why] for why in self.events[0].facts.get("about", ())]
        return [*said, f"要避开的：{'、'.join(about)}看不到这一件"] if about else said

    @cached_property
    def asks_consent(self):
        """Not while the form of the judgement asks the same; who consented can take it back at any time."""
        asked_there = Verb.CONFIRM in self.actions and not self.appeal.public_since
        return Verb.CONSENT in self.actions and not asked_there

    @cached_property
    def phone_of(self):
        """The anchor whose number this person may ask for, to call about it; None without a name or a number."""
        if not (self.knows_anchor and self.actions):
            return None
        now = self.appeal.anchor.merged_into or self.appeal.anchor
        return now if now.user.phone_mask else None

    @cached_property
    def rail(self):
        return rail(self.appeal, self.events)

    @cached_property
    def offices(self):
        actors = {event.actor_id for event in self.events if event.actor_id}
        return timeline.Offices.load(actors | {self.stage.holder_id}, self.stage.branch_id)

    @cached_property
    def terms(self):
        return Terms.load()

    @cached_property
    def running(self):
        """The clock runs: there is a deadline to show and to explain."""
        return self.stage.is_open and self.stage.deadline_at is not None

    @cached_property
    def chip(self):
        return explaining.chip(self.appeal, self.now, self.terms.calendar) if self.running else (
            explaining.chip(self.appeal, self.now, None)
        )

    @cached_property
    def why(self):
        return explaining.why(self.appeal, self.terms, self.now, self.events) if self.running else None

    @cached_property
    def until(self):
        return worktime.say(self.stage.deadline_at, self.now)

    @cached_property
    def latest(self):
        return latest(self.stage.deadline_at, self.now)

    @cached_property
    def overdue(self):
        return self.running and self.stage.deadline_at < self.now

    @cached_property
    def duty(self):
        """接单 or 答复: what has to happen until the deadline."""
        return explaining.DUTY[self.appeal.status]

    @cached_property
    def place(self):
        return explaining.AT_LEVEL[self.stage.level]

    @cached_property
    def above(self):
        """Where it goes from here when it is handed up or opened again."""
        if self.stage.level == Level.MEMBER and not self.stage.branch_id:
            return ABOVE[Level.COMMITTEE]
        return ABOVE[self.stage.level]

    @cached_property
    def consequence(self):
        """What happens by itself when the deadline passes."""
        if self.led:
            return TOGETHER if self.by_anchor else f"已并到 {self.appeal.led_number} 一起办，到时跟着它走。"
        if self.overdue and self.stage.level == Level.COMMITTEE:
            card = "红牌" if self.stage.red_fired == self.stage.clock else "黄牌"
            return f"已超过期限，已亮{card}。"
        if self.overdue:
            return f"已超过期限，马上自动交到{self.above}。"
        missed = "没人接单" if self.appeal.status == Status.SUBMITTED else "没有答复"
        if self.stage.level == Level.COMMITTEE:
            return f"到时{missed}，会亮黄牌。"
        return f"到时{missed}，会自动交到{self.above}。"

    @cached_property
    def holder(self):
        """联系党员 周映红; before somebody at the branch accepts, its secretary."""
        today, stage = timezone.localdate(self.now), self.stage
        if stage.holder_id:
            return f"{self.offices.title(stage.holder_id, stage, today)} {stage.holder.name}".strip()
        return self.offices.secretary(today) if stage.level == Level.BRANCH else ""

    @cached_property
    def headline(self):
        """Who has it, in one line for those who work with it."""
        if self.appeal.status == Status.CLOSED:
            return self.chip.text
        if self.appeal.status == Status.REPLIED:
            return f"{self.place}已答复，等主播评价"
        if self.appeal.status == Status.SUSPENDED:
            return f"挂起：{self.paused.reason}"
        ours = "我们支部" if policy.handles(self.user, self.stage) and self.stage.level == Level.BRANCH else self.place
        mine, holder = self.stage.holder_id == self.user.pk, self.stage.holder
        if self.appeal.status == Status.HANDLING:
            return "由您办理" if mine else f"在{ours}，{holder.name}主办"
        if self.stage.level == Level.MEMBER:
            return "等您接单" if mine else f"等联系党员 {holder.name} 接单"
        return f"在{ours}，待接单"

    @cached_property
    def _reply(self):
        """The event that answered the last stage, or None; a stage is answered once."""
        return next((e for e in self.events if e.verb == Verb.REPLY and e.stage_id == self.stage.pk), None)

    @cached_property
    def answer(self):
        """The answer as a line of the trail, or None."""
        return self._reply and timeline.for_anchor([self._reply], self.appeal, self.offices, files=self.files)[0]

    @cached_property
    def earliness(self):
        return explaining.earliness(self.appeal.replied_at, self.stage.due_at, self.terms.calendar)

    @cached_property
    def judgement(self):
        """The anchor's answer as words, or nothing."""
        if self.appeal.status != Status.CLOSED or self.appeal.outcome == Outcome.WITHDRAWN:
            return None
        said = (one for one in self.stage.judgements.all() if one.answered)
        found = next((one for one in said if one.asked == Judgement.Asked.ANCHOR), None)
        return found and Judged(timeline.judged(found.outcome, found.rating), found.contacted, found.reason)

    @cached_property
    def merged(self):
        """What is or was handled together with it, as far as this person may see it: the lead, or those that follow.

        The trail tells whether there is anything to ask for: one statement, or none.
        """
        if not any(event.verb == Verb.MERGE for event in self.events):
            return []
        rows = Appeal.objects.visible_to(self.user).merged_with(self.appeal)
        return list(rows.only("number", "title", "status").order_by("pk"))

    @cached_property
    def publication(self):
        """What of it stands among the public answers, or None; a statement only where the trail says that it was."""
        if not any(event.verb == Verb.PUBLISH for event in self.events):
            return None
        return Publication.objects.shown().filter(appeal=self.appeal).first()

    @property
    def led(self):
        """It follows a lead now: nothing is done here, and no deadline fires."""
        return bool(self.appeal.led_by)

    @property
    def stage_id(self):
        return self.appeal.current_id

    def more(self, forms):
        """`[Act]` of what may be done beside taking and answering; those are open, and first, whose form is given."""
        page = reverse("appeals:detail", args=[self.appeal.pk])
        acts = [
            Act(PARTS[verb], forms.get(str(verb)), self.urls[verb], f"{page}?act={verb}#more")
            for verb in self.actions if verb in PARTS
        ]
        return sorted(acts, key=lambda act: not act.open)

    def forms(self, given=None, chosen=None):
        """One form for each action that the page unfolds, `given` in the place of its own kind."""
        unfolded = [verb for verb in self.actions if verb not in PARTS or verb == chosen]
        made = {str(verb): form_of(verb, self.appeal, self.user) for verb in unfolded}
        self._begin_answer(made)
        return {**made, **(given or {})}

    def _begin_answer(self, forms):
        begun = next((one for one in self.templates if str(one.pk) == self.template), None)
        for verb in (Verb.REPLY, Verb.RELEASE):
            if begun and str(verb) in forms:
                forms[str(verb)].initial["text"] = begun.text

    @cached_property
    def templates(self):
        """What an answer may begin from, for whoever may write one now and asked for them."""
        if self.template is None or not {Verb.REPLY, Verb.RELEASE} & set(self.actions):
            return []
        return list(ReplyTemplate.objects.fitting(self.appeal))

    def chosen(self, asked):
        """The verb whose form is unfolded: the one asked for, or what waits for a decision of this person."""
        return asked or next((str(verb) for verb in self.actions if verb in DECIDES), None)

    @cached_property
    def decides(self):
        """What waits for this person's word, as a button that leads to its form, or None."""
        verb = next((verb for verb in self.actions if verb in DECIDES), None)
        if verb is None:
            return None
        if verb == Verb.DECIDE_RELEASE:
            return {"label": "审核答复", "url": "#release"}
        page = reverse("appeals:detail", args=[self.appeal.pk])
        return {"label": PARTS[verb].label, "url": f"{page}?act={verb}#more"}

    def _last(self, *verbs):
        """The last line of these verbs at the present stage, or None."""
        return next((e for e in reversed(self.events) if e.verb in verbs and e.stage_id == self.stage_id), None)

    @cached_property
    def paused(self):
        """Why it was put aside and until when, or None."""
        event = self.appeal.status == Status.SUSPENDED and self._last(Verb.SUSPEND)
        return event and Paused(
            SuspendReason(event.facts["reason"]).label, event.words.public, worktime.say(self.stage.resume_at, self.now)
        )

    @cached_property
    def turned_away(self):
        """Why it was not accepted or was referred, and where to go instead, or None."""
        event = self.appeal.status == Status.CLOSED and self._last(Verb.REFUSE, Verb.REFER)
        return event and TurnedAway(
            event.get_verb_display(), NotHere(event.facts["reason"]), event.words.public,
            GUIDANCE[event.facts["reason"]],
        )

    @cached_property
    def draft(self):
        """The answer that waits for a second pair of eyes, as a line with its words and files, or None."""
        if open_work(self.appeal).open_release_by is None:
            return None
        event = next((e for e in reversed(self.events) if e.verb == Verb.RELEASE), None)
        return event and timeline.for_staff([event], self.appeal, self.offices, self.anchor_name, files=self.files)[0]

    @cached_property
    def alone(self):
        """Answers are checked here, and nobody else is there to check."""
        return Verb.REPLY in self.actions and answering.is_alone(self.user, self.appeal)

    @cached_property
    def waiting(self):
        """`[Waiting]` of what was asked at this stage and nobody has decided; read from the trail."""
        open_now = [verb for verb, kind in ASKS.items() if open_work(self.appeal).asked_by(kind) is not None]
        asked = {e.verb: e for e in self.events if e.verb in open_now and e.stage_id == self.stage_id}
        return [Waiting.of(event, self.now) for event in asked.values()]

    @cached_property
    def dispatches(self):
        """What was lent to units, the newest first."""
        rows = [event.dispatch for event in reversed(self.events) if event.verb == Verb.DISPATCH]
        return [lent(self._with_lines(row), self.now, self._calendar) for row in rows]

    def sheets(self, forms):
        """Every 督办单, the oldest first; an open one with its form, where this person may answer."""
        rows = [event.sheet for event in self.events if event.verb == Verb.SUPERVISE]
        return [
            sheet(self._with_lines(row), self.now, self._calendar, self._answer_form(row, forms)) for row in rows
        ]

    def _answer_form(self, row, forms):
        form = forms.get(str(Verb.ANSWER_SHEET))
        if form is None or not form.is_bound:
            words = {"version": self.appeal.version, "sheet": row.number}
            form = AnswerSheetForm(auto_id=f"answer_sheet{row.pk}_%s", initial=words)
        elif form.data.get("sheet") not in ("", None, row.number):
            return self._answer_form(row, {})
        return form if Verb.ANSWER_SHEET in self.actions else None

    def _with_lines(self, row):
        """The two lines of a dispatch or a sheet are in the trail, which is read already."""
        row.asked = self._by_id[row.asked_id]
        row.answered = self._by_id.get(row.answered_id)
        return row

    @cached_property
    def _by_id(self):
        return {event.pk: event for event in self.events}

    @cached_property
    def _calendar(self):
        return SimpleLazyObject(lambda: self.terms.calendar)

    @cached_property
    def note_is_internal(self):
        """Outside 办理中, and for those who only had it once, there are no words to the anchor."""
        return self.appeal.status != Status.HANDLING or not policy.handles(self.user, self.stage)


def latest(deadline, now):
    """最晚 11月24日（周二）17:30, 最晚明天 17:30."""
    said = worktime.say(deadline, now)
    return f"最晚 {said}" if said[0].isdigit() else f"最晚{said}"


@dataclass(frozen=True)
class Act:
    """One line under 更多办法: what it says, its form, where that is sent, and the address that unfolds it."""

    part: object
    form: object
    action: str
    url: str

    @property
    def open(self):
        return self.form is not None


@dataclass(frozen=True)
class Waiting:
    """A request that waits: 程远山申请退单（不是本支部的职责）, its words, and 11月25日（周三）17:30."""

    title: str
    words: str
    until: str

    @classmethod
    def of(cls, event, now):
        """Of the line that asked."""
        what = {
            Verb.RETURN: lambda facts: f"申请退单（{ReturnReason(facts['reason']).label}）",
            Verb.EXTEND: lambda facts: f"申请延 {facts['days']} 个工作日",
        }.get(event.verb, lambda facts: event.get_verb_display())(event.facts)
        until = event.facts.get("decide_by")
        return cls(
            f"{event.actor.name}{what}", event.words.internal,
            worktime.say(datetime.fromisoformat(until), now) if until else "",
        )


@dataclass(frozen=True)
class Paused:
    reason: str
    words: str
    until: str


@dataclass(frozen=True)
class TurnedAway:
    word: str
    reason: NotHere
    words: str
    guidance: Guidance


@dataclass(frozen=True)
class Judged:
    words: str
    contacted: bool
    reason: str


@dataclass(frozen=True)
class Receiver:
    """Who will have a new appeal first, and until when it is accepted at the latest."""

    kind: str
    name: str
    latest: str


def read_by(now):
    """When somebody reads what is CRITICAL: by the hours of duty and the duty list. Two statements."""
    calendar = current_calendar()
    reads, when = worktime.attended(with_duty(calendar), now)
    if not reads:
        return f"最早 {worktime.say(when, now)} 有人看。"
    hours, _ = worktime.attended(calendar, now)
    return f"现在有人在看，到 {worktime.say(when, now)}。" if hours else f"值班的人 {worktime.say(when, now)} 前在看。"


def receiver_of(anchor, now):
    """As `services.submit` will decide it; the day is that of the slowest class, urgent ones are sooner."""
    return _receiver(anchor, now, Handlers.load([anchor.branch_id]), Terms.load())


def receivers_of(anchor, now):
    """The same by what is said beside the words: in the own name, in confidence, about somebody. Three statements."""
    known = Handlers.load([anchor.branch_id]), Terms.load()
    return {
        "real_name": _receiver(anchor, now, *known),
        "confidential": _receiver(anchor, now, *known, confidential=True),
        "about": _receiver(anchor, now, *known, about=True),
    }


def _receiver(anchor, now, handlers, terms, **said):
    level, _ = handlers.of_entry(anchor, **said)
    names = {Level.MEMBER: anchor.contact and anchor.contact.name, Level.BRANCH: anchor.branch and anchor.branch.name}
    name = names.get(level) or "市行业党委"
    return Receiver("联系党员" if level == Level.MEMBER else "", name, _accepted_by(level, now, terms))


def receiver_at_committee(now):
    """Of an anonymous appeal: nobody stands between."""
    return Receiver("", "市行业党委", _accepted_by(Level.COMMITTEE, now, Terms.load()))


def _accepted_by(level, now, terms):
    return latest(worktime.due_at(terms.calendar, now, terms.accept_limit("NORMAL", level)), now)
