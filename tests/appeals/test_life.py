"""Whole lives of two appeals of one anchor, made up by Hypothesis, against a model that knows no database.

Everybody tries everything, at any time, also twice: the model (life_model.py over life_deeds.py) says beforehand
whether it is done or how it is refused, and what both appeals are afterwards. RUNS lives of STEPS steps on SQLite; on
PostgreSQL, where each statement is a round trip, a tenth of them.
"""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from anchors.registry.models import Anchor
from appeals import invariants, services, succession, sweeps
from appeals.answering import services as answering
from appeals.dispatching import services as dispatching
from appeals.dispatching import sweeps as lent
from appeals.merging import services as merging
from appeals.merging import sweeps as merged
from appeals.models import Appeal, Category, Dispatch, Event
from appeals.negotiation import services as negotiation
from appeals.negotiation.sweeps import lapse
from appeals.pausing import services as pausing
from appeals.pausing.sweeps import resume
from appeals.proof.verify import faults
from appeals.recusal import services as recusal
from branches.calendar.models import WorkDay
from branches.organisation.models import Branch, Committee, Post, Role
from notices.models import Notice
from tests.appeals.life_deeds import ACTIVE, NEXT, OFFICES, OURS, PEOPLE, START, THEIRS, TOP, Days, Town
from tests.appeals.life_model import DONE, FORBIDDEN, NOT_NOW, VERBS, WRONG, Model
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RUNS, STEPS = 300, 50
TICK = (
    merged.release, sweeps.escalate, sweeps.remind, sweeps.amber, resume, sweeps.supervise, sweeps.close_silent, lapse,
    lent.late,
)
ROLES = {"staff": Role.STAFF, "clerk": Role.CLERK}  # everybody else leads
WHICH = (0, 0, 1)
TAKING = ("accept", "reply", "hand_up", "transfer", "assign", "assign_finally", "reclassify", "note")
ASKING = (
    "accept", "return", "extend", "suspend", "resume", "dispatch", "release", "decide_return", "refuse_return",
    "decide_extension", "refuse_extension", "decide_release", "refuse_release", "dispatch_reply",
)
SELDOM = ("dispatch", "release")  # they come into question seldom, and are then chosen twice as often
SAYING = ("hand_up", "confirm", "reopen", "supplement")
SEED = st.integers(0, 2**16)


class Lives(RuleBasedStateMachine):
    """`city` and `categories` are set by the test; each run is rolled back."""

    city = categories = None

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.town, self.rows, self.told, self.draws = Town(dict(OFFICES)), [], {}, 0
        self.everybody_comes_anew()
        for _ in range(2):
            self.town.appeals.append(model := Model(self.town))
            model.enter_first()
            self.rows.append(submit_appeal(self.city, at=START))

    def teardown(self):
        try:
            assert invariants.broken() == {}
            assert [str(fault) for fault in faults()] == []
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # Rules.

    @rule(seed=SEED)
    def somebody_tries(self, seed):
        which, person, verb, stale = self.drawn(seed, WHICH, PEOPLE, VERBS, (False,) * 7 + (True,))
        self.tries(which, person, verb, stale=stale)

    @rule(seed=SEED)
    def the_handler_takes_or_gives(self, seed):
        self.somebody_acts(seed, TAKING)

    @rule(seed=SEED)
    def somebody_asks_or_decides(self, seed):
        self.somebody_acts(seed, ASKING)

    def somebody_acts(self, seed, verbs):
        """Something that somebody may do now; a second delivery of the same click changes nothing."""
        which, twice = self.drawn(seed, WHICH, (True, False, False, False))
        model, other = self.town.appeals[which], self.town.appeals[1 - which]
        may = {verb: [one for one in PEOPLE if model.expect(one, verb, whom=other) == DONE] for verb in verbs}
        may = {verb: people for verb, people in may.items() if people}
        if not may:
            return
        [verb] = self.drawn(seed, [*may, *(verb for verb in may if verb in SELDOM)])
        [person] = self.drawn(seed, may[verb])
        version = model.version
        self.tries(which, person, verb)
        if twice:
            assert self.attempt(which, person, verb, version) in (NOT_NOW, FORBIDDEN)

    @rule(seed=SEED)
    def the_anchor_acts(self, seed):
        [verbs] = self.drawn(seed, (SAYING,) * 5 + (("withdraw",),))
        self.somebody_acts(seed, verbs)

    @rule(seed=SEED)
    def they_are_merged(self, seed):
        which, person, verb = self.drawn(seed, WHICH, ("staff", "chief"), ("merge", "merge", "unmerge"))
        self.tries(which, person, verb)

    @precondition(lambda self: min(len(model.recused) for model in self.town.appeals) < 2)  # else nobody is left
    @rule(seed=SEED)
    def somebody_is_recused(self, seed):
        which, person, whom = self.drawn(seed, WHICH, ("staff", "chief", "secretary"), (*PEOPLE, OURS, THEIRS))
        if len(self.town.appeals[which].recused) < 2:
            self.tries(which, person, "recuse", whom=whom)
            self.everybody_comes_anew()

    @rule(seed=SEED)
    def time_passes(self, seed):
        """One tick; `again`: and ticks of the same minute until all is caught up with, one level a tick, for good."""
        hours, again = self.drawn(seed, (0, 1, 1, 3, 3, 8, 24, 72, 400), (True, False, False))
        self.town.now += timedelta(hours=hours)
        moved = self.tick()
        for _ in range(4):
            if moved and again:
                self.the_rows_are_the_models()
                moved = self.tick()
        assert not (again and moved)

    @rule(seed=SEED)
    def the_town_changes(self, seed):
        changes = self.an_office_changes, self.an_office_changes, self.the_contact_changes, self.a_second_look_changes
        change, person, place = self.drawn(seed, changes, (*OFFICES, "stranger"), (OURS, TOP))
        change(person, place)
        self.everybody_comes_anew()

    def an_office_changes(self, person, _):
        if self.town.offices.pop(person, None):
            Post.objects.filter(user=self.users[person]).delete()
        else:
            place = self.town.offices[person] = OFFICES.get(person, THEIRS)
            seat = {"branch" if place in (OURS, THEIRS) else place: getattr(self.city, place)}
            role = ROLES.get(person, Role.SECRETARY)
            Post.objects.create(user=self.users[person], role=role, since=datetime(2024, 8, 1), **seat)

    def the_contact_changes(self, person, _):
        contact = person if person in ("clerk", "stranger") else None if self.town.contact else "member"
        anchor_id = self.rows[0].anchor_id
        Anchor.objects.filter(pk=anchor_id).update(contact=self.users.get(contact))
        succession.contact_ended([anchor_id], at=self.town.now)
        self.town.contact = contact
        for model in self.town.appeals:
            model.contact_changed()

    def a_second_look_changes(self, _, place):
        self.town.checking ^= {place}
        kind = Committee if place == TOP else Branch
        kind.objects.filter(pk=getattr(self.city, place).pk).update(checks_replies=place in self.town.checking)

    # What must hold after each of them.

    @invariant()
    def the_rows_are_the_models(self):
        rows = Appeal.objects.select_related("current").in_bulk([row.pk for row in self.rows])
        for which, model in enumerate(self.town.appeals):
            row = rows[self.rows[which].pk]
            self.learn_deadlines(model, row.current)
            self.compare(model, row)
            self.nobody_recused_hears(model, row)

    def compare(self, model, row):
        here, stage = model.here, row.current
        assert (row.status, row.outcome, row.version) == (model.status, model.outcome, model.version)
        assert (row.reopened, row.returns, row.final) == (model.reopened, model.returns, model.final)
        branch = getattr(self.city, here.branch).pk if here.branch else None
        holder = self.users[here.holder].pk if here.holder else None
        assert (stage.level, stage.branch_id, stage.holder_id) == (here.level, branch, holder)
        assert (stage.seq, stage.accepted_at is not None) == (len(model.visits), here.accepted)
        assert (stage.accept_due_at, stage.due_at, row.judge_by) == (here.accept_due, here.due, model.judge_by)
        if here.lent:
            [waits] = Dispatch.objects.open().filter(stage=stage)
            assert (waits.due_at, waits.late_at is not None) == (here.lent, here.late)

    def learn_deadlines(self, model, stage):
        """What a verb has started is counted elsewhere (test_deadlines); that no other verb did is asked here."""
        here = model.here
        if model.status not in ACTIVE:  # put aside, or withdrawn while it was
            return
        if here.due is None:
            assert stage.due_at > self.town.now or here.no_later_than
            assert here.no_later_than is None or stage.due_at <= here.no_later_than
            here.due, here.no_later_than = stage.due_at, None
        if here.accept_due is None:
            here.accept_due = stage.accept_due_at
        assert here.accepted or here.accept_due <= here.due

    def nobody_recused_hears(self, model, row):
        known, self.told[row.pk] = self.told.get(row.pk, 0), model.version
        hidden = [user.pk for name, user in self.users.items() if model.hidden_from(name)]
        if hidden and known < model.version:
            lines = Event.objects.filter(appeal=row, seq__gt=known).values_list("pk", flat=True)
            keys = [f"appeal-event:{pk}" for pk in lines]
            assert not Notice.objects.filter(recipient__in=hidden, key__in=keys).exists()

    # Hands.

    def drawn(self, seed, *choices):
        """One of each. Hypothesis likes its small numbers again and again: here each step means another by them."""
        self.draws += 1
        dice = Random(f"{seed} {self.draws}")
        return [dice.choice(choice) for choice in choices]

    def everybody_comes_anew(self):
        """A request reads who somebody is once; so the next ones find what has changed."""
        pks = {getattr(self.city, name).pk: name for name in PEOPLE}
        self.users = {pks[user.pk]: user for user in User.objects.filter(pk__in=pks)}

    def tick(self):
        moved = sum(sweep(self.town.now) for sweep in TICK)
        self.town.tick()
        versions = Appeal.objects.order_by("pk").values_list("version", flat=True)
        for model, version in zip(self.town.appeals, versions, strict=True):
            assert version >= model.version
            model.version = version  # which signals fired is test_chain's to say
        return moved

    def tries(self, which, person, verb, *, whom=None, stale=False):
        model = self.town.appeals[which]
        whom = whom or self.town.appeals[1 - which]
        expected = model.expect(person, verb, stale, whom)
        note(f"{person} tries to {verb} {which}{' (stale)' * stale}: {expected}")
        happened = self.attempt(which, person, verb, model.version - stale, whom)
        assert (person, verb, happened) == (person, verb, expected)
        if expected == DONE:
            model.do(person, verb, whom)

    def attempt(self, which, person, verb, version, whom=None):
        service, words = self.call(which, verb, whom)
        try:
            with transaction.atomic():
                service(self.rows[which], actor=self.users[person], version=version, at=self.town.now, **words)
        except PermissionDenied:
            return FORBIDDEN
        except Conflict:
            return NOT_NOW
        except ValidationError:
            return WRONG
        return DONE

    def call(self, which, verb, whom):
        """The service behind a verb and what it is given."""
        model, said, city = self.town.appeals[which], {"text": "说一句。"}, self.city
        elsewhere = model.elsewhere()
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
            "supplement": (pausing.supplement, said),
            "transfer": (negotiation.transfer, {**said, "branch": getattr(city, elsewhere)}),
            "return": (negotiation.ask_return, {**said, "reason": "NOT_OURS"}),
            "decide_return": (negotiation.decide_return, {
                "granted": True, "branch": getattr(city, elsewhere) if model.at(elsewhere) else None,
            }),
            "refuse_return": (negotiation.decide_return, {"granted": False}),
            "assign": (negotiation.assign, {"holder": assignee and self.users[assignee]}),
            "assign_finally": (negotiation.assign, {"branch": getattr(city, OURS)}),
            "reclassify": (negotiation.reclassify, {"category": self.categories[NEXT[model.category]]}),
            "extend": (negotiation.extend, {**said, "days": Days.EXTENDED, "plan": "再问一次。"}),
            "decide_extension": (negotiation.decide_extension, {"granted": True}),
            "refuse_extension": (negotiation.decide_extension, {"granted": False}),
            "suspend": (pausing.suspend, {**said, "reason": "WAITS_FOR_OTHERS", "days": Days.SUSPENDED}),
            "resume": (pausing.resume, {}),
            "dispatch": (dispatching.dispatch, {**said, "partner": city.partner, "days": Days.LENT}),
            "dispatch_reply": (dispatching.dispatch_reply, said),
            "release": (answering.release, said),
            "decide_release": (answering.decide_release, {"granted": True}),
            "refuse_release": (answering.decide_release, {**said, "granted": False}),
            "merge": (merging.merge, {"lead": self.rows[1 - which]}),
            "unmerge": (merging.unmerge, {}),
            "recuse": (recusal.recuse, {**said, **self.named(whom)}),
        }
        return calls[verb]

    def named(self, whom):
        if whom in (OURS, THEIRS):
            return {"branch": getattr(self.city, whom)}
        return {"person": self.users[whom]} if whom in self.users else {}


def test_lives_of_an_appeal(city):
    WorkDay.objects.all().delete()  # weekdays count
    Lives.city, Lives.categories = city, Category.objects.in_bulk(NEXT)
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=RUNS if connection.vendor == "sqlite" else RUNS // 10, stateful_step_count=STEPS,
            deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        ),
    )
