"""What the lines say of the rows beside the stages: requests, dispatches, sheets, merges, recusals. Pure as `replay`.

Requests and dispatches are known by the line that asked, sheets by their number, a merge by the instant at which its
child began to follow, a recusal by whom it hides the appeal from.
"""

from dataclasses import dataclass, field

from appeals.workflow import Verb

KINDS = {Verb.RETURN: "return", Verb.EXTEND: "extension", Verb.RELEASE: "release"}
DECIDED = {
    Verb.DECIDE_RETURN: "return", Verb.DECIDE_EXTENSION: "extension", Verb.DECIDE_RELEASE: "release",
}


@dataclass
class Waiting:
    """What is open: requests `{kind: line}`, dispatches `{partner: line}`, and the merge as (since, who merged)."""

    requests: dict = field(default_factory=dict)
    lent: dict = field(default_factory=dict)
    merged: tuple | None = None


def _submit(life, told):
    """How many it was hidden from by what it is about: whom, the lines never say."""
    if "recused" in told.facts:
        life.put("appeal", "", recused=told.facts["recused"])


def end(life, told):
    """A stage is left: what was asked about it and lent out ends with it."""
    _refuse(life, told, *life.beside.requests)
    for line in life.beside.lent.values():
        life.put("dispatch", line, ended_at=told.at)
    life.beside.lent.clear()


def _refuse(life, told, *kinds):
    for kind in kinds:
        _decided(life, told, kind, granted=False, by=None)


def _ask(life, told):
    facts, kind = told.facts, KINDS[told.verb]
    life.beside.requests[kind] = told.seq
    life.put(
        "request", told.seq, kind=kind, stage=life.stage, by=told.actor_id, at=told.at, due_at=facts["decide_by"],
        reason=facts.get("reason", ""), days=facts.get("days"), decided_at=None, decided_by=None, granted=None,
    )


def _decide(life, told):
    _decided(life, told, DECIDED[told.verb], granted=told.facts["granted"], by=told.actor_id)


def _lapse(life, told):
    _decided(life, told, told.facts["kind"], granted=False, by=None)


def _decided(life, told, kind, *, granted, by):
    life.put("request", life.beside.requests.pop(kind), decided_at=told.at, decided_by=by, granted=granted)


def _dispatch(life, told):
    partner = told.facts["partner"]
    life.beside.lent[partner] = told.seq
    life.put(
        "dispatch", told.seq, partner=partner, stage=life.stage, by=told.actor_id, at=told.at,
        due_at=told.facts["due_at"], late_at=None, answered=None, replied_by=None, replied_at=None, ended_at=None,
    )


def _dispatch_reply(life, told):
    line = life.beside.lent.pop(told.facts["partner"])
    life.put("dispatch", line, answered=told.seq, replied_by=told.actor_id, replied_at=told.at)


def _late(life, told):
    life.put("dispatch", life.beside.lent[told.facts["partner"]], late_at=told.at)


def _supervise(life, told):
    facts = told.facts
    life.put(
        "sheet", facts["sheet"], asked=told.seq, stage=life.stage, by=told.actor_id, at=told.at,
        reason=facts["reason"], grade=facts["grade"], due_at=facts["due_at"], answered=None, answered_by=None,
        answered_at=None,
    )


def _answer_sheet(life, told):
    life.put("sheet", told.facts["sheet"], answered=told.seq, answered_by=told.actor_id, answered_at=told.at)


def _merge(life, told):
    """The lead's line tells of its child; the row is compared where it is the child's."""
    if "lead" not in told.facts:
        return
    _part(life, told, by=None)  # from a lead that had ended
    _refuse(life, told, *life.beside.requests)
    life.beside.merged = (told.at, told.actor_id)
    life.put("merge", told.at, lead=told.facts["lead"], by=told.actor_id, until=None, until_by=None)


def _unmerge(life, told):
    _, merged_by = life.beside.merged
    _part(life, told, by=told.actor_id or merged_by)


def _part(life, told, *, by):
    if life.beside.merged:
        life.put("merge", life.beside.merged[0], until=told.at, until_by=by)
        life.beside.merged = None


def _reply(life, told):
    if told.facts.get("together"):
        _part(life, told, by=None)
    else:
        _gone(life, told)


def _gone(life, told):
    """It ended on its own: the merge is tidied away by the next tick, which writes no line of that."""
    if life.beside.merged:
        life.forget("merge", life.beside.merged[0], "until", "until_by")
        life.beside.merged = None


def _recuse(life, told):
    for what in ("user", "from_branch"):
        if what in told.facts:
            life.put("recusal", (what, told.facts[what]), at=told.at, by=told.actor_id)
    if told.facts.get("draft_refused"):
        _refuse(life, told, "release")


# Followed before what the same line does to the stage: who decides, decides before the stage is left.
EFFECTS = {
    Verb.SUBMIT: _submit, Verb.RETURN: _ask, Verb.EXTEND: _ask, Verb.RELEASE: _ask,
    Verb.DECIDE_RETURN: _decide, Verb.DECIDE_EXTENSION: _decide, Verb.DECIDE_RELEASE: _decide,
    Verb.LAPSE: _lapse, Verb.DISPATCH: _dispatch, Verb.DISPATCH_REPLY: _dispatch_reply, Verb.LATE: _late,
    Verb.SUPERVISE: _supervise, Verb.ANSWER_SHEET: _answer_sheet, Verb.MERGE: _merge, Verb.UNMERGE: _unmerge,
    Verb.REPLY: _reply, Verb.WITHDRAW: _gone, Verb.REFER: _gone, Verb.REFUSE: _gone, Verb.RECUSE: _recuse,
}
