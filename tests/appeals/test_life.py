"""Whole lives of an appeal, made up by Hypothesis, against a model that knows no database.

Everybody tries everything, at any time, also twice: the model says beforehand whether it is done or how it is
refused, and what the appeal is afterwards. RUNS lives of STEPS steps on SQLite; on PostgreSQL, where each statement
is a round trip, a tenth of them.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from anchors.registry.models import Anchor
from appeals import invariants, services, succession, sweeps
from appeals.models import Appeal, Category, Stage
from appeals.negotiation import services as negotiation
from appeals.negotiation.sweeps import lapse
from appeals.proof.verify import faults
from branches.calendar import worktime
from branches.calendar.models import WorkDay
from branches.calendar.workcalendar import WorkCalendar
from branches.organisation.models import Post, Role
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RUNS, STEPS = 300, 50
START = datetime(2031, 3, 3, 1, tzinfo=UTC)  # a Monday, 09:00 in Shanghai; no calendar is entered, weekdays count
WEEKDAYS = WorkCalendar({})
TICK = (sweeps.escalate, sweeps.remind, sweeps.amber, sweeps.supervise, sweeps.close_silent, lapse)
PEOPLE = ("anchor", "member", "stranger", "secretary", "officer", "other_secretary", "staff", "chief", "clerk")
CONTACTS = ("member", "stranger")
OURS, THEIRS, TOP = "branch", "other_branch", "committee"
OFFICES = {
    "secretary": {OURS}, "officer": {OURS}, "other_secretary": {THEIRS}, "staff": {TOP}, "chief": {TOP},
}
DONE, FORBIDDEN, NOT_NOW, WRONG = "done", "403", "409", "400"
ACTIVE = ("SUBMITTED", "HANDLING")
# Which verbs start or move a handling deadline (design §4 “Deadlines”); transfer and a granted return carry it over.
MOVES_DUE = {"submit", "hand_up", "escalate", "reopen", "decide_extension", "reclassify", "assign_finally", "contact"}


@dataclass
class Visit:
    """One stage: `asked` maps a kind of request to (who, until when), `extension` that one was ever asked."""

    level: str
    branch: str | None
    holder: str | None
    entered: datetime
    accepted: bool = False
    asked: dict = field(default_factory=dict)
    extension: bool = False
    accept_due: datetime | None = None
    due: datetime | None = None

    @property
    def deadline(self):
        return self.due if self.accepted else self.accept_due


@dataclass
class Model:
    """What an appeal is, and who holds which office; plain Python."""

    offices: dict
    now: datetime = START
    contact: str = "member"
    status: str = "SUBMITTED"
    outcome: str = ""
    version: int = 1
    reopened: bool = False
    returns: int = 0
    final: bool = False
    judge_by: datetime | None = None
    visits: list = field(default_factory=list)
    moved: str = "submit"  # the verb whose deadline is not yet known to the model

    @property
    def here(self):
        return self.visits[-1]

    def at(self, place):
        return {person for person, places in self.offices.items() if place in places}

    def handles(self, person, visit=None):
        visit = visit or self.here
        if person == "anchor":
            return False
        if visit.level == "MEMBER":
            return visit.holder == person
        return person in self.at(visit.branch if visit.level == "BRANCH" else TOP)

    def had(self, person):
        return any(visit.holder == person or self.handles(person, visit) for visit in self.visits)

    # What an attempt must come to; the order is that of design §3: whose verb, then the version, then the state.

    def expect(self, person, verb, stale):
        by_anchor = person == "anchor"
        if not self.whose(person, verb):
            handler = verb in HANDLERS_VERBS and not by_anchor
            return NOT_NOW if stale and handler and self.had(person) else FORBIDDEN
        if stale or self.refuses(person, verb):
            return NOT_NOW
        return self.details(person, verb)

    def whose(self, person, verb):
        if person == "anchor":
            return verb in ("hand_up", "confirm", "reopen", "withdraw")
        if verb in ("decide_return", "refuse_return"):
            return person in self.at(TOP)
        if verb in ("decide_extension", "refuse_extension"):
            return self.decides_extension(person)
        if verb in ("inner_note", "note"):
            return self.handles(person) or self.had(person)
        return verb in HANDLERS_VERBS and self.handles(person)

    def decides_extension(self, person):
        here = self.here
        if here.level == "COMMITTEE":
            return person == "chief" and person in self.at(TOP)
        if here.level == "MEMBER":
            if person in self.at(OURS):
                return True
            return person in self.at(TOP) and not self.at(OURS)
        return person in self.at(TOP)

    def refuses(self, person, verb):
        here, status = self.here, self.status
        if verb == "accept":
            return status != "SUBMITTED"
        if verb in ("inner_note", "note"):
            return False
        if verb == "confirm":
            return not (status == "REPLIED" or (status == "CLOSED" and self.outcome == "UNCONFIRMED"))
        if verb == "reopen":
            return status != "REPLIED" or self.reopened
        if status not in ACTIVE:
            return True
        if verb == "hand_up":
            return here.level == "COMMITTEE" or (person == "anchor" and here.level != "MEMBER")
        if verb == "transfer":
            return here.level == "MEMBER"
        if verb == "return":
            return here.level != "BRANCH" or "return" in here.asked
        if verb in ("decide_return", "refuse_return"):
            return here.level != "BRANCH" or here.asked.get("return", (person,))[0] == person
        if verb in ("assign", "assign_finally"):
            return here.level == "MEMBER"
        if verb == "extend":
            return status != "HANDLING" or "extension" in here.asked
        if verb in ("decide_extension", "refuse_extension"):
            return status != "HANDLING" or here.asked.get("extension", (person,))[0] == person
        return False

    def details(self, person, verb):
        """What the verb itself still refuses."""
        here = self.here
        if verb == "note":
            return NOT_NOW if self.status != "HANDLING" else DONE if self.handles(person) else FORBIDDEN
        if verb == "transfer":
            return DONE if self.at(self.other()) else WRONG
        if verb == "return":
            too_late = self.now > worktime.add_workdays(WEEKDAYS, here.entered, 1)
            return NOT_NOW if self.final or too_late else DONE
        if verb == "assign":
            return DONE if self.assignee() else WRONG
        if verb == "assign_finally":
            if here.level != "COMMITTEE" or self.returns < 2:
                return NOT_NOW
            return DONE if self.at(OURS) else WRONG
        if verb == "extend":
            return NOT_NOW if self.now > here.due or here.extension else DONE
        return DONE

    def other(self):
        return THEIRS if self.here.branch == OURS and self.here.level == "BRANCH" else OURS

    def assignee(self):
        """Whom `assign` names: the first, by name, who is of this level and does not have it."""
        place = self.here.branch if self.here.level == "BRANCH" else TOP
        return min(self.at(place) - {self.here.holder}, default=None)

    # What a verb does.

    def enter(self, level, branch, verb, holder=None, due=None):
        self.visits.append(Visit(level, branch if level != "COMMITTEE" else None, holder, self.now, due=due))
        self.status, self.moved = "SUBMITTED", verb

    def above(self):
        return "BRANCH" if self.here.level == "MEMBER" and self.here.branch and self.at(self.here.branch) else (
            "COMMITTEE"
        )

    def up(self, verb):
        self.enter(self.above(), self.here.branch, verb)

    def entry(self, verb):
        """Where an appeal of this anchor begins: contact, branch, committee."""
        if self.contact:
            self.enter("MEMBER", OURS, verb, holder=self.contact)
        else:
            self.enter("BRANCH" if self.at(OURS) else "COMMITTEE", OURS, verb)

    def do(self, person, verb):
        self.version += 1
        here = self.here
        if verb == "accept":
            self.accept(person)
        elif verb in ("hand_up", "reopen"):
            self.reopened |= verb == "reopen"
            self.judge_by = None
            self.up(verb)
        elif verb == "reply":
            if self.status == "SUBMITTED":
                self.version += 1
                self.accept(person)
            here.asked.clear()
            self.status, self.judge_by = "REPLIED", worktime.add_workdays(WEEKDAYS, self.now, 10)
        elif verb == "confirm":
            self.status, self.outcome = "CLOSED", "PARTLY"
        elif verb == "withdraw":
            here.asked.clear()
            self.status, self.outcome = "CLOSED", "WITHDRAWN"
        elif verb == "transfer":
            self.enter("BRANCH", self.other(), verb, due=here.due)
        elif verb == "return":
            here.asked["return"] = person, worktime.add_workdays(WEEKDAYS, self.now, 1)
        elif verb == "decide_return":
            self.returns += 1
            to = self.other() if self.returns < 2 and self.at(self.other()) else None
            self.enter("BRANCH" if to else "COMMITTEE", to, verb, due=here.due)
        elif verb == "refuse_return":
            del here.asked["return"]
        elif verb == "assign":
            here.holder = self.assignee()
        elif verb == "assign_finally":
            self.final = True
            self.enter("BRANCH", OURS, verb)
        elif verb == "reclassify":
            self.moved = verb
        elif verb == "extend":
            here.asked["extension"] = person, worktime.add_workdays(WEEKDAYS, self.now, 1)
            here.extension = True
        elif verb in ("decide_extension", "refuse_extension"):
            del here.asked["extension"]
            self.moved = verb if verb == "decide_extension" else ""

    def accept(self, person):
        self.here.accepted, self.here.holder, self.status = True, person, "HANDLING"

    def tick(self):
        here, now = self.here, self.now
        if self.status in ACTIVE and here.level != "COMMITTEE" and here.deadline < now:
            self.up("escalate")
        elif self.status == "REPLIED" and self.judge_by < now:
            self.status, self.outcome = "CLOSED", "UNCONFIRMED"
        self.here.asked = {kind: (by, until) for kind, (by, until) in self.here.asked.items() if until >= now}


HANDLERS_VERBS = (
    "accept", "reply", "note", "inner_note", "hand_up", "transfer", "return", "assign", "assign_finally", "reclassify",
    "extend",
)
VERBS = (
    *HANDLERS_VERBS, "confirm", "reopen", "withdraw", "decide_return", "refuse_return", "decide_extension",
    "refuse_extension",
)


NEXT = {"A2": "B1", "B1": "L2", "L2": "A2"}  # of reclassify: three classes, sooner and later


class Life(RuleBasedStateMachine):
    """`city` and `categories` are set by the test; each run is rolled back."""

    city = categories = None

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.users = {name: User.objects.get(pk=getattr(self.city, name).pk) for name in PEOPLE}
        self.model = Model(offices={person: set(places) for person, places in OFFICES.items()})
        self.model.entry("submit")
        self.appeal = submit_appeal(self.city, at=START)

    def teardown(self):
        try:
            assert invariants.broken() == {}
            assert [str(fault) for fault in faults()] == []
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # Rules.

    @rule(person=st.sampled_from(PEOPLE), verb=st.sampled_from(VERBS), stale=st.sampled_from([False] * 7 + [True]))
    def somebody_tries(self, person, verb, stale):
        version = self.model.version - stale
        expected = self.model.expect(person, verb, stale)
        assert (person, verb, self.attempt(person, verb, version)) == (person, verb, expected)
        if expected == DONE:
            self.model.do(person, verb)

    @rule(verb=st.sampled_from(VERBS))
    def the_right_one_acts_and_the_click_comes_twice(self, verb):
        """A second delivery of the same click changes nothing."""
        person = next((name for name in PEOPLE if self.model.expect(name, verb, False) == DONE), None)
        if person is None:
            return
        version = self.model.version
        assert (person, verb, self.attempt(person, verb, version)) == (person, verb, DONE)
        self.model.do(person, verb)
        assert self.attempt(person, verb, version) in (NOT_NOW, FORBIDDEN)

    @rule(hours=st.sampled_from([0, 1, 3, 8, 24, 72, 168, 400]), again=st.booleans())
    def time_passes(self, hours, again):
        """One tick; `again`: and ticks of the same minute until all is caught up with, one level a tick, for good."""
        self.model.now += timedelta(hours=hours)
        moved = self.tick()
        for _ in range(4 if again and moved else 0):
            moved = self.tick()
        assert not (again and moved)

    def tick(self):
        before = self.row().version
        moved = sum(sweep(self.model.now) for sweep in TICK)
        self.model.tick()
        row = self.row()
        self.model.version += row.version - before  # which signals fired is test_chain's to say
        self.learn_deadlines(row)
        return moved

    @rule(person=st.sampled_from(sorted(OFFICES)))
    def an_office_ends(self, person):
        Post.objects.filter(user=self.users[person]).delete()
        self.model.offices[person] = set()
        self.changed_hats(person)

    @rule(person=st.sampled_from(("secretary", "officer", "staff", "chief", "stranger")))
    def an_office_begins(self, person):
        if self.model.offices.get(person):
            return
        place = min(OFFICES.get(person, {THEIRS}))
        role = Role.STAFF if person == "staff" else Role.SECRETARY
        seat = {"committee" if place == TOP else "branch": getattr(self.city, place)}
        Post.objects.create(user=self.users[person], role=role, since=datetime(2024, 8, 1), **seat)
        self.model.offices[person] = {place}
        self.changed_hats(person)

    @precondition(lambda self: self.model.status in ACTIVE)
    @rule(contact=st.sampled_from((*CONTACTS, None)))
    def the_contact_changes(self, contact):
        model = self.model
        Anchor.objects.filter(pk=self.appeal.anchor_id).update(contact=self.users.get(contact))
        succession.contact_ended([self.appeal.anchor_id], at=model.now)
        model.contact = contact
        if model.here.level == "MEMBER" and model.here.holder != contact:
            model.version += 1
            model.entry("contact")

    # What must hold after each of them.

    @invariant()
    def the_rows_are_the_model(self):
        row, model = self.row(), self.model
        self.learn_deadlines(row)
        here, stage = model.here, row.current
        assert (row.status, row.outcome, row.version) == (model.status, model.outcome, model.version)
        assert (row.reopened, row.returns, row.final) == (model.reopened, model.returns, model.final)
        branch = getattr(self.city, here.branch).pk if here.branch else None
        holder = self.users[here.holder].pk if here.holder else None
        assert (stage.level, stage.branch_id, stage.holder_id) == (here.level, branch, holder)
        assert (stage.seq, stage.accepted_at is not None) == (len(model.visits), here.accepted)
        assert (stage.accept_due_at, stage.due_at) == (here.accept_due, here.due)
        open_stages = Stage.objects.filter(appeal=row, left_at=None).count()
        assert open_stages == (model.status in (*ACTIVE, "SUSPENDED"))

    def learn_deadlines(self, row):
        """When a verb has moved a deadline, how far is test_deadlines' to say; that no other did is asked here."""
        model, stage = self.model, row.current
        if model.here.accept_due is None:
            model.here.accept_due = stage.accept_due_at
        if model.moved in MOVES_DUE:
            if model.moved == "reclassify":
                assert stage.due_at <= model.here.due
            model.here.accept_due, model.here.due = stage.accept_due_at, stage.due_at
        model.moved = ""

    # Hands.

    def row(self):
        return Appeal.objects.select_related("current").get(pk=self.appeal.pk)

    def changed_hats(self, person):
        self.users[person] = User.objects.get(pk=self.users[person].pk)

    def attempt(self, person, verb, version):
        service, words = self.call(verb)
        try:
            with transaction.atomic():
                service(self.appeal, actor=self.users[person], version=version, at=self.model.now, **words)
        except PermissionDenied:
            return FORBIDDEN
        except Conflict:
            return NOT_NOW
        except ValidationError:
            return WRONG
        return DONE

    def call(self, verb):
        """The service behind a verb and what it is given."""
        model, said = self.model, {"text": "说一句。"}
        branch = getattr(self.city, model.other())
        assignee = model.assignee()
        calls = {
            "accept": (services.accept, {}),
            "reply": (services.reply, said),
            "note": (services.note, said),
            "inner_note": (services.note, {**said, "internal": True}),
            "hand_up": (services.hand_up, said),
            "confirm": (services.confirm, {"outcome": "PARTLY", "rating": 4, "contacted": True}),
            "reopen": (services.reopen, said),
            "withdraw": (services.withdraw, said),
            "transfer": (negotiation.transfer, {**said, "branch": branch}),
            "return": (negotiation.ask_return, {**said, "reason": "NOT_OURS"}),
            "decide_return": (
                negotiation.decide_return, {"granted": True, "branch": branch if model.at(model.other()) else None},
            ),
            "refuse_return": (negotiation.decide_return, {"granted": False}),
            "assign": (negotiation.assign, {"holder": assignee and self.users[assignee]}),
            "assign_finally": (negotiation.assign, {"branch": getattr(self.city, OURS)}),
            "reclassify": (negotiation.reclassify, {"category": self.next_category()}),
            "extend": (negotiation.extend, {**said, "days": 1, "plan": "再问一次。"}),
            "decide_extension": (negotiation.decide_extension, {"granted": True}),
            "refuse_extension": (negotiation.decide_extension, {"granted": False}),
        }
        return calls[verb]

    def next_category(self):
        has = Appeal.objects.values_list("category", flat=True).get(pk=self.appeal.pk)
        return next(one for one in self.categories if one.pk == NEXT[has])


def test_lives_of_an_appeal(city):
    WorkDay.objects.all().delete()  # weekdays count
    Life.city, Life.categories = city, list(Category.objects.filter(code__in=NEXT))
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=RUNS if connection.vendor == "sqlite" else RUNS // 10, stateful_step_count=STEPS,
            deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        ),
    )
