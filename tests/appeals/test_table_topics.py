"""What circumstances change in the tables of test_table.py, and three relations of their own.

A circumstance is an appeal at a level in a state, with who sees it (the others get 404) and all that may follow; whose
a verb is stays as WHOSE says (else 403), and what is not named is 409 to whom it belongs. `verb:person` is for nobody
else whose verb it is, `verb+group` also for those. Of what is as in WHEN one is asked at one door, by turns.
"""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from appeals import services
from appeals.answering import services as answering
from appeals.dispatching import services as dispatching
from appeals.ending import services as ending
from appeals.judging import services as judging
from appeals.merging import services as merging
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.protection.code_holder import BY_CODE, CodeHolder
from appeals.publishing import services as publishing
from appeals.recusal import services as recusal
from appeals.supervision import services as supervision
from branches.organisation.models import Branch, Committee, Post
from tests.appeals.tables import (
    DOORS,
    SENT,
    asked,
    at_level,
    bring,
    gathered,
    knock,
    one_of,
    people_of,
    words_for,
    wrong_answers,
)
from tests.appeals.test_table import NOT_BY, STATES, WHEN, WHOSE
from tests.appeals.test_table import expected as usually
from tests.engines import shared
from tests.factories import anonymous_appeal, submit_appeal
from tests.scene import code_cookies
from tests.visitor import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CIRCUMSTANCES = """
child        M SUBMITTED | anchor contact top            | note withdraw supplement recuse unmerge
child        C HANDLING  | anchor contact ours top       | note withdraw supplement recuse unmerge
lead         B SUBMITTED | anchor contact ours top       | accept reply note hand_up withdraw supplement transfer return
                                                           assign reclassify supervise recuse
lead         C HANDLING  | anchor contact ours top       | reply note withdraw supplement transfer assign reclassify
                                                           extend dispatch supervise recuse
lent         C HANDLING  | anchor contact ours top clerk | reply note withdraw supplement transfer assign reclassify
                                                           extend suspend dispatch_reply refer supervise merge recuse
lent         C SUSPENDED | anchor contact ours top clerk | note withdraw supplement resume dispatch_reply supervise
                                                           recuse
lent         C REPLIED   | anchor contact ours top clerk | note confirm reopen follow_up consent recuse
checked      B SUBMITTED | anchor contact ours top       | accept note hand_up withdraw supplement transfer return
                                                           assign reclassify refuse supervise release merge recuse
checked      C HANDLING  | anchor contact ours top       | note withdraw supplement transfer assign reclassify extend
                                                           suspend dispatch refer supervise release merge recuse
drafted      B HANDLING  | anchor contact ours top       | note hand_up withdraw supplement transfer return assign
                                                           reclassify extend refer supervise decide_release:secretary
                                                           merge recuse
sheeted      M HANDLING  | anchor contact top            | reply note hand_up withdraw supplement reclassify extend
                                                           suspend supervise answer_sheet merge recuse
sheeted      B REPLIED   | anchor contact ours top       | note confirm reopen follow_up answer_sheet consent recuse
asked        M HANDLING  | anchor contact ours top       | reply note hand_up withdraw supplement reclassify suspend
                                                           supervise merge recuse
paused_twice M HANDLING  | anchor contact top            | reply note hand_up withdraw supplement reclassify extend
                                                           supervise merge recuse
returned     C SUBMITTED | anchor contact ours top       | accept reply note withdraw supplement assign reclassify
                                                           refuse supervise merge recuse
final        B SUBMITTED | anchor contact ours top       | accept reply note+top hand_up withdraw supplement transfer
                                                           assign reclassify refuse supervise merge recuse
reopened     B REPLIED   | anchor contact ours top       | note confirm follow_up consent recuse
reviewed     C RESOLVED  | anchor contact ours top       | note follow_up consent recuse
called       M RESOLVED  | anchor contact top            | note review consent recuse
consented    M RESOLVED  | anchor contact top            | note review follow_up consent publish recuse
old          B RESOLVED  | anchor ours top               | follow_up consent recuse
critical     M SUBMITTED | anchor contact ours top       | accept reply note hand_up withdraw supplement reclassify
                                                           supervise merge recuse
confidential B SUBMITTED | anchor ours top               | accept reply note hand_up withdraw supplement transfer return
                                                           assign reclassify refuse supervise merge recuse
concerned    C SUBMITTED | anchor chief                  | accept reply note withdraw supplement transfer assign
                                                           reclassify refuse supervise merge recuse
anonymous    C HANDLING  | top                           | reply note transfer assign reclassify extend suspend dispatch
                                                           refer supervise merge recuse
anonymous    C REPLIED   | top                           | note recuse
"""


class Circumstances:
    """How each comes about, through the services: f(city, level, state) returns the appeal."""

    def child(city, level, state):
        appeal = bring(at_level(city, level), city, state, level)
        return merging.merge(appeal, actor=city.chief, lead=city.lead)

    def lead(city, level, state):
        appeal = bring(at_level(city, level), city, state, level)
        merging.merge(city.lead, actor=city.chief, lead=appeal)
        return appeal

    def lent(city, level, state):
        appeal = services.accept(at_level(city, level), actor=city.staff)
        appeal = dispatching.dispatch(appeal, actor=city.staff, partner=city.partner, text="请查一个单号。")
        if state == "SUSPENDED":
            return pausing.suspend(appeal, actor=city.staff, **SENT["suspend"])
        return services.reply(appeal, actor=city.staff, text="赔三双。") if state == "REPLIED" else appeal

    def checked(city, level, state):
        Branch.objects.filter(pk=city.branch.pk).update(checks_replies=True)
        Committee.objects.update(checks_replies=True)
        return bring(at_level(city, level), city, state, level)

    def drafted(city, level, state):
        return answering.release(Circumstances.checked(city, level, state), actor=city.officer, text="赔三双。")

    def sheeted(city, level, state):
        appeal = supervision.supervise(at_level(city, level), actor=city.chief, reason="OVERDUE", text="给个说法。")
        return bring(appeal, city, state, level)

    def asked(city, level, state):
        appeal = services.accept(at_level(city, level), actor=city.contact)
        negotiation.extend(appeal, actor=city.contact, **SENT["extend"])
        return negotiation.decide_extension(appeal, actor=city.secretary, granted=True)

    def paused_twice(city, level, state):
        appeal = services.accept(at_level(city, level), actor=city.contact)
        for _ in range(2):
            pausing.suspend(appeal, actor=city.contact, **SENT["suspend"])
            appeal = pausing.resume(appeal, actor=city.contact)
        return appeal

    def returned(city, level, state):
        appeal = at_level(city, "B")
        for turn in range(2):
            if turn:
                negotiation.transfer(appeal, actor=city.staff, branch=city.branch, text="还是归你们。")
            negotiation.ask_return(appeal, actor=city.officer, **SENT["return"])
            appeal = negotiation.decide_return(appeal, actor=city.chief, granted=True)
        return appeal

    def final(city, level, state):
        return negotiation.assign(Circumstances.returned(city, level, state), actor=city.chief, branch=city.branch)

    def reopened(city, level, state):
        appeal = services.reply(at_level(city, "M"), actor=city.contact, text="再等等。")
        return bring(services.reopen(appeal, actor=city.anchor, text="等不了。"), city, state, level)

    def reviewed(city, level, state):
        appeal = bring(at_level(city, "B"), city, state, "B")
        return bring(ending.review(appeal, actor=city.anchor, text="说得不对。"), city, state, level)

    def called(city, level, state):
        appeal = bring(at_level(city, level), city, state, level)
        said = {"reached": True, "contacted": True, "outcome": "RESOLVED", "rating": 5}
        return judging.follow_up(appeal, actor=city.chief, **said)

    def consented(city, level, state):
        return publishing.consent(
            bring(at_level(city, level), city, state, level), actor=city.anchor, granted=True
        )

    def old(city, level, state):
        day, now = timedelta(days=1), timezone.now()
        appeal = services.hand_up(submit_appeal(city, at=now - 50 * day), actor=city.contact, at=now - 49 * day)
        services.reply(appeal, actor=city.officer, text="赔三双。", at=now - 48 * day)
        said = {"outcome": "RESOLVED", "rating": 5, "contacted": True, "at": now - 31 * day}
        return services.confirm(appeal, actor=city.anchor, **said)

    def critical(city, level, state):
        return at_level(city, level, category="L2")

    def confidential(city, level, state):
        return submit_appeal(city, confidentiality="confidential")

    def concerned(city, level, state):
        """About contact and branch, and somebody at the committee stepped back."""
        appeal = submit_appeal(city, about=("contact", "branch"))
        return recusal.recuse(appeal, actor=city.chief, person=city.staff, text="是亲戚。")

    def anonymous(city, level, state):
        appeal, city.code = anonymous_appeal()
        city.by_code = CodeHolder(appeal.pk)
        return bring(appeal, city, state, level)


def rows():
    """`[(name, level, state, who sees it, {verb: what follows it})]`."""
    found = []
    for line in CIRCUMSTANCES.strip().splitlines():
        *head, possible = line.split("|")
        if head:
            name, level, state = head[0].split()
            found.append((name, level, state, people_of(",".join(head[1].split())), {}))
        for said in possible.split():
            verb, more = re.fullmatch(r"(\w+)(.*)", said).groups()
            found[-1][-1][verb] = more
    return found


def expected(level, sees, possible, verb, person):
    sign, named = possible.get(verb, "")[:1], people_of(possible.get(verb, "")[1:])
    if person not in sees:
        return "404"
    if person not in people_of(WHOSE[verb][level]) and not (sign == "+" and person in named):
        return "403"
    if verb not in possible or (sign == ":" and person not in named) or NOT_BY.get((verb, level)) == person:
        return "409"
    return "ok"


@pytest.fixture
def everybody(city, monkeypatch):
    return gathered(city, monkeypatch)


@pytest.mark.parametrize(
    ("name", "level", "state", "sees", "possible"), [pytest.param(*row, id="-".join(row[:3])) for row in shared(rows())]
)
def test_every_circumstance_answers_as_it_says(city, everybody, name, level, state, sees, possible):
    appeal = getattr(Circumstances, name)(city, level, state)
    appeal.refresh_from_db()
    wrong = []
    for turn, verb in enumerate(WHEN):
        said = asked(partial(expected, level, sees, possible, verb), turn)
        doors = DOORS
        if (verb in possible) == (level in WHEN[verb][state]):
            [(person, answer)], doors = one_of(list(said.items()), turn), one_of(DOORS, turn // 2)
            said = {person: answer}
        wrong += wrong_answers(everybody, appeal, verb, words_for(city, verb, appeal), said, turn, doors=doors)
    assert not wrong, f"{len(wrong)} cells\n" + "\n".join(wrong)


def test_the_circumstances_are_all_described_and_leave_no_verb_impossible():
    assert {name for name, *_ in rows()} == {name for name in vars(Circumstances) if not name.startswith("_")}
    never = {verb for verb, states in WHEN.items() if not set("MBC") & set("".join(states.values()))}
    assert never <= {verb for *_, possible in rows() for verb in possible}


@pytest.mark.parametrize("state", shared(STATES))
def test_those_concerned_find_nothing_in_any_state(city, everybody, state):
    appeal = Circumstances.concerned(city, "C", "SUBMITTED")
    appeal = bring(appeal, city, state, "C", actor=city.chief)
    concerned = ("contact", "secretary", "staff")
    wrong = []
    for turn, verb in enumerate(WHEN):
        said = {concerned[turn % len(concerned)]: "404"}
        wrong += wrong_answers(everybody, appeal, verb, words_for(city, verb, appeal), said, turn)
    assert not wrong


@pytest.mark.parametrize("state", shared(STATES))
def test_whoever_has_the_code_may_what_an_anchor_may(city, everybody, state):
    """By doors of their own, which lead to no other appeal: without the code there is none."""
    cache.clear()  # wrong codes are counted
    appeal = Circumstances.anonymous(city, "C", state)
    city.cookies = {"holder of the code": code_cookies(city.code)}
    holder, wrong = Visitor(city, "holder of the code"), []
    for verb in BY_CODE:
        words, said, page = words_for(city, verb, appeal), usually(verb, state, "C", "anchor"), f"receipts:{verb}"
        right, other = (reverse(f"api:receipt-{verb}", args=[code]) for code in (city.code, city.code[::-1]))
        knocks = [(holder, reverse(page), said), (holder, right, said)]
        knocks += [(everybody["stranger"], reverse(page), "404"), (holder, other, "404")]
        found = [(url, knock(visitor, url, words), answer) for visitor, url, answer in knocks]
        wrong += [f"{url}: {got}, not {answer}" for url, got, answer in found if got != answer]
    assert not wrong, "\n".join(wrong)


def test_whoever_held_it_and_left_the_office_may_add_what_they_know(city, everybody):
    appeal = bring(at_level(city, "B"), city, "HANDLING", "B")
    Post.objects.filter(user=city.officer).update(until=timezone.localdate() - timedelta(days=1))
    wrong = []
    for turn, verb in enumerate(WHEN):
        said = {"officer": "ok" if verb == "note" else "403"}
        wrong += wrong_answers(everybody, appeal, verb, words_for(city, verb, appeal), said, turn)
    assert not wrong
