"""What the rows must say, told from the facts of the lines alone. Pure: no rows, no clock, no people.

`Replay` is fed the lines of one trail in order. It then expects, for each column that a verb sets, a value and the
line that set it: `{("appeal", "", "status"): Said("HANDLING", 2), ("stage", 1, "due_at"): …}`. Instants are stamps
as they are hashed ("2026-11-23T06:40:00.000000Z"); people, branches and categories are ids.
"""

from dataclasses import dataclass, field

from appeals.proof import beside
from appeals.workflow import TRANSITIONS, Status, Verb

APPEAL = ("appeal", "")
DUE = ("accept_due_at", "due_at")
# Told beside them; lines that are older than that tell nothing of these, and then they are not compared.
COUNTED = ("counted_from", "handle_within", "remind_at", "amber_at")
AFRESH = {
    "outcome": "", "reopened": False, "reviewed": False, "returns": 0, "final": False, "suspensions": 0,
    "suspended_days": 0, "replied_at": None, "judge_by": None, "closed_at": None, "public_since": None,
}


class Unlike(Exception):
    """A line that cannot follow those before it; the text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    value: object
    seq: int


@dataclass(frozen=True, slots=True)
class Told:
    """One line, as far as it is told: `stage` is the sequence number of the stage that it happened at."""

    seq: int
    verb: str
    level: str
    stage: int
    actor_id: int | None
    at: str
    facts: dict


@dataclass
class Replay:
    expected: dict = field(default_factory=dict)
    stage: int = 0  # the last one entered
    seq: int = 0
    beside: object = field(default_factory=beside.Waiting)

    def follow(self, told):
        """Take the next line. Raises Unlike."""
        self.seq = told.seq
        try:
            if told.verb != Verb.SUBMIT:
                self._judge(told)
            beside.EFFECTS.get(told.verb, _nothing)(self, told)
            EFFECTS.get(told.verb, _nothing)(self, told)
        except (KeyError, TypeError) as error:
            raise Unlike(f"{told.verb} lacks what it sets, or what it ends: {error}") from error
        if told.verb in TRANSITIONS and TRANSITIONS[told.verb].target:
            self.put(*APPEAL, status=str(TRANSITIONS[told.verb].target))

    def _judge(self, told):
        if self.stage == 0:
            raise Unlike("the trail does not begin with submit")
        if told.stage != self.stage:
            raise Unlike(f"{told.verb} names stage {told.stage}, the lines before it lead to {self.stage}")
        if told.level != self.now("stage", "level"):
            raise Unlike(f"{told.verb} names {told.level}, the lines before it lead to {self.now('stage', 'level')}")
        status = self.now("appeal", "status")
        if status not in TRANSITIONS[told.verb].sources:
            raise Unlike(f"{told.verb} cannot follow while {status}")

    def put(self, table, key, **columns):
        for column, value in columns.items():
            self.expected[table, key, column] = Said(value, self.seq)

    def put_stage(self, **columns):
        self.put("stage", self.stage, **columns)

    def forget(self, table, key, *columns):
        """No line tells what these columns are from now on."""
        for column in columns:
            self.expected.pop((table, key, column), None)

    def now(self, table, column):
        """What a column of the appeal, or of its present stage, is expected to be."""
        return self.expected[table, "" if table == "appeal" else self.stage, column].value

    def leave(self, told):
        if self.now("stage", "left_at") is None:
            self.put_stage(left_at=told.at)
            beside.end(self, told)

    def count(self, facts, *, due=DUE):
        """The deadlines that the line set, and what they were counted from."""
        self.put_stage(**{name: facts[name] for name in due})
        self.put_stage(**{name: facts[name] for name in COUNTED if name in facts})

    def enter(self, told):
        facts = told.facts
        self.stage += 1
        self.put_stage(
            level=facts["to"], branch=facts["branch"], holder=facts.get("holder"), entered_at=told.at,
            accepted_at=None, left_at=None, extended=False, minutes_left=None, resume_at=None,
        )
        self.count(facts)

    def close(self, told):
        self.put(*APPEAL, outcome=told.facts["outcome"])
        if self.now("appeal", "closed_at") is None:
            self.put(*APPEAL, closed_at=told.at)


def _submit(life, told):
    if life.stage:
        raise Unlike("submit is not the first line")
    facts = told.facts
    life.put(*APPEAL, status=str(Status.SUBMITTED), submitted_at=told.at, **AFRESH)
    said = ("kind", "category", "channel", "confidentiality", "service_class")
    life.put(*APPEAL, **{name: facts[name] for name in said if name in facts})
    life.enter(told)
    if (told.stage, told.level) != (1, facts["to"]):
        raise Unlike("submit names another stage than it enters")


def _accept(life, told):
    life.put_stage(holder=told.facts["holder"], accepted_at=told.at)
    life.count(told.facts, due=("due_at",))


def _move(life, told):
    life.leave(told)
    life.enter(told)
    life.put(*APPEAL, status=str(Status.SUBMITTED))


def _reply(life, told):
    if "holder" in told.facts:  # of a child, answered by whoever had its lead
        life.put_stage(holder=told.facts["holder"])
    life.leave(told)
    life.put(*APPEAL, replied_at=told.at, judge_by=told.facts["judge_by"])


def _judge(life, told, asked, attempt):
    facts = told.facts
    answered = facts.get("reached", True)
    life.put(
        "judgement", (life.stage, asked, attempt), answered=answered, at=told.at,
        outcome=facts["outcome"] if answered else "", rating=facts["rating"] if answered else None,
        contacted=facts["contacted"] if answered else None,
    )


def _confirm(life, told):
    _judge(life, told, "ANCHOR", 1)
    life.close(told)


def _follow_up(life, told):
    _judge(life, told, "STAFF", told.facts["attempt"])


def _consent(life, told):
    since = life.now("appeal", "public_since") or told.at if told.facts["granted"] else None
    life.put(*APPEAL, public_since=since)


def _reopen(life, told):
    life.put(*APPEAL, reopened=True, judge_by=None)
    _move(life, told)


def _review(life, told):
    life.put(*APPEAL, reviewed=True, outcome="", closed_at=None, judge_by=None)
    _move(life, told)


def _end(life, told):
    life.leave(told)
    life.close(told)


def _close_silent(life, told):
    life.put(
        "judgement", (life.stage, "ANCHOR", 1), answered=False, at=told.at, outcome="", rating=None, contacted=None
    )
    life.close(told)


def _decide_return(life, told):
    if told.facts["granted"]:
        life.put(*APPEAL, returns=life.now("appeal", "returns") + 1)
        _move(life, told)


def _assign(life, told):
    if "to" not in told.facts:
        life.put_stage(holder=told.facts["holder"])
        return
    life.put(*APPEAL, final=True)
    _move(life, told)


def _reclassify(life, told):
    facts = told.facts
    life.put(*APPEAL, category=facts["category"], service_class=facts["service_class"])
    life.count(facts)


def _decide_extension(life, told):
    if told.facts["granted"]:
        life.count(told.facts, due=("due_at",))
        life.put_stage(extended=True)


def _recount(life, told):
    """Another calendar: of a stage both deadlines are told, of an answer until when it is judged."""
    facts = told.facts
    if "judge_by" in facts:
        life.put(*APPEAL, judge_by=facts["judge_by"])
    else:
        life.count(facts)


def _suspend(life, told):
    facts = told.facts
    life.put(
        *APPEAL, suspensions=life.now("appeal", "suspensions") + 1,
        suspended_days=life.now("appeal", "suspended_days") + facts["days"],
    )
    life.put_stage(
        accept_due_at=None, due_at=None, remind_at=None, amber_at=None, minutes_left=facts["minutes_left"],
        resume_at=facts["resume_at"],
    )


def _resume(life, told):
    life.put_stage(minutes_left=None, resume_at=None)
    life.count(told.facts)


def _recuse(life, told):
    """It moved where the line says where to; put aside, it may only have changed hands."""
    if "to" in told.facts:
        _move(life, told)
    elif "holder" in told.facts:
        life.put_stage(holder=told.facts["holder"])


def _nothing(life, told):
    """See NOTHING."""


# What each verb sets, beside the status of its transition.
EFFECTS = {
    Verb.SUBMIT: _submit, Verb.ACCEPT: _accept, Verb.HAND_UP: _move, Verb.ESCALATE: _move, Verb.TRANSFER: _move,
    Verb.REPLY: _reply,
    Verb.CONFIRM: _confirm, Verb.REOPEN: _reopen, Verb.REVIEW: _review, Verb.WITHDRAW: _end, Verb.REFER: _end,
    Verb.REFUSE: _end, Verb.CLOSE_SILENT: _close_silent, Verb.DECIDE_RETURN: _decide_return, Verb.ASSIGN: _assign,
    Verb.RECLASSIFY: _reclassify, Verb.DECIDE_EXTENSION: _decide_extension,
    Verb.RECOUNT: _recount,
    Verb.SUSPEND: _suspend, Verb.RESUME: _resume, Verb.RECUSE: _recuse, Verb.FOLLOW_UP: _follow_up,
    Verb.CONSENT: _consent,
}
# What is told and changes no column that is compared; `beside` has what it changes there.
NOTHING = (
    Verb.NOTE, Verb.SUPPLEMENT, Verb.PUBLISH, Verb.REMIND, Verb.AMBER, Verb.YELLOW_CARD, Verb.RED_CARD,
)
