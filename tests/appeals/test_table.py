"""State × verb × relation: what is not listed as allowed is refused as design §3 says, by page and API.

Three small tables say it all. SEES: who sees an appeal in a state; the others get 404. WHOSE: at which level a verb
is whose; the others who see it get 403. WHEN: in which states it may follow; elsewhere who has it gets 409.
M, B, C are the levels; a state with + has requests that wait, and who decides about one at M sees it for that long.
tests/appeals/test_table_topics.py says what a merge, a dispatch, a recusal … change in them.

Of people with the same right in a cell one is asked, by turns. Two of three refusals are to a click without a word:
whose it is, and whether it may be now, comes before what is wrong with the fields.
"""

from functools import partial

import pytest

from appeals import policy, services, workflow
from appeals.workflow import SAID_BY_ANCHOR, Verb
from tests.appeals.tables import (
    BY_HAND,
    LEVELS,
    asked,
    at_level,
    bring,
    gathered,
    people_of,
    read,
    words_for,
    wrong_answers,
)
from tests.engines import shared
from tests.visitor import rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# contact holds it at M and held it before at B and C.
SEES = """
M  anchor contact      top
M+ anchor contact ours top
B  anchor contact ours top
C  anchor contact ours top
"""
WHOSE = """
verb              M               B                C
accept            contact         ours             top
reply             contact         ours             top
note              contact         contact,ours     had
hand_up           contact,anchor  ours,anchor      top,anchor
confirm           anchor          anchor           anchor
reopen            anchor          anchor           anchor
withdraw          anchor          anchor           anchor
supplement        anchor          anchor           anchor
review            anchor          anchor           anchor
transfer          contact         ours             top
return            contact         ours             top
decide_return     top             top              top
assign            contact         ours             top
reclassify        contact         ours             top
extend            contact         ours             top
decide_extension  ours            top              chief
suspend           contact         ours             top
resume            contact         ours             top
dispatch          contact         ours             top
dispatch_reply    clerk           clerk            clerk
refer             contact         ours             top
refuse            contact         ours             top
supervise         top             top              top
answer_sheet      contact         ours             top
release           contact         ours             top
decide_release    contact         ours             top
merge             top             top              top
unmerge           top             top              top
follow_up         top             top              top
consent           anchor          anchor           anchor
publish           top             top              top
recuse            top             top              top
"""
# Nothing is refused (NOT_ACCEPTED) or referred at M. dispatch_reply, answer_sheet, release, decide_release, unmerge
# and publish need what is not there: test_table_topics.py brings it.
WHEN = """
verb              SUBMITTED  HANDLING  HANDLING+  SUSPENDED  REPLIED  UNCONFIRMED  RESOLVED  WITHDRAWN  NOT_ACCEPTED  REFERRED
accept            MBC        -         -          -          -        -            -         -          -             -
reply             MBC        MBC       MBC        -          -        -            -         -          -             -
note              MBC        MBC       MBC        MBC        MBC      MBC          MBC       MBC        BC            BC
hand_up           MB         MB        MB         -          -        -            -         -          -             -
confirm           -          -         -          -          MBC      MBC          -         -          -             -
reopen            -          -         -          -          MBC      -            -         -          -             -
withdraw          MBC        MBC       MBC        MBC        -        -            -         -          -             -
supplement        MBC        MBC       MBC        MBC        -        -            -         -          -             -
review            -          -         -          -          -        MBC          MBC       -          BC            BC
transfer          BC         BC        BC         -          -        -            -         -          -             -
return            B          B         -          -          -        -            -         -          -             -
decide_return     -          -         B          -          -        -            -         -          -             -
assign            BC         BC        BC         -          -        -            -         -          -             -
reclassify        MBC        MBC       MBC        -          -        -            -         -          -             -
extend            -          MBC       -          -          -        -            -         -          -             -
decide_extension  -          -         MBC        -          -        -            -         -          -             -
suspend           -          MBC       -          -          -        -            -         -          -             -
resume            -          -         -          MBC        -        -            -         -          -             -
dispatch          -          C         C          -          -        -            -         -          -             -
dispatch_reply    -          -         -          -          -        -            -         -          -             -
refer             -          BC        BC         -          -        -            -         -          -             -
refuse            BC         -         -          -          -        -            -         -          -             -
supervise         MBC        MBC       MBC        MBC        -        -            -         -          -             -
answer_sheet      -          -         -          -          -        -            -         -          -             -
release           -          -         -          -          -        -            -         -          -             -
decide_release    -          -         -          -          -        -            -         -          -             -
merge             MBC        MBC       MBC        -          -        -            -         -          -             -
unmerge           -          -         -          -          -        -            -         -          -             -
follow_up         -          -         -          -          MBC      MBC          MBC       -          -             -
consent           -          -         -          -          MBC      MBC          MBC       -          -             -
publish           -          -         -          -          -        -            -         -          -             -
recuse            MBC        MBC       MBC        MBC        MBC      MBC          MBC       MBC        BC            BC
"""  # noqa: E501
# Theirs, but not now: the anchor hands up from M alone (design §4); who wrote the answer does not ask how it was.
NOT_BY = {("hand_up", "B"): "anchor", ("hand_up", "C"): "anchor", ("follow_up", "C"): "staff"}

WHOSE, WHEN = read(WHOSE), read(WHEN)
SEES = {level: people_of(",".join(people)) for level, *people in (line.split() for line in SEES.strip().splitlines())}
STATES = list(next(iter(WHEN.values())))


def expected(verb, state, level, person):
    if person not in SEES.get(level + state[-1], SEES[level]):
        return "404"
    if person not in people_of(WHOSE[verb][level]):
        return "403"
    return "ok" if level in WHEN[verb][state] and NOT_BY.get((verb, level)) != person else "409"


@pytest.fixture
def everybody(city, monkeypatch):
    return gathered(city, monkeypatch)


@pytest.mark.parametrize("state", shared(STATES))
def test_every_cell_answers_as_the_tables_say(city, everybody, state):
    wrong = []
    for level in LEVELS:
        if level == "M" and state in ("NOT_ACCEPTED", "REFERRED"):
            continue
        with rolled_back():
            appeal = bring(at_level(city, level), city, state, level)
            assert appeal.current.level == LEVELS[level]
            for n, verb in enumerate(WHEN):
                turn, words = n + STATES.index(state) + list(LEVELS).index(level), words_for(city, verb, appeal)
                said = asked(partial(expected, verb, state, level), turn)
                bare = {"version": appeal.version} if turn % 3 else None
                found = wrong_answers(everybody, appeal, verb, words, said, turn, refused_words=bare)
                wrong += [f"{state} {level} {line}" for line in found]
    assert not wrong, f"{len(wrong)} cells\n" + "\n".join(wrong)


def test_the_tables_know_every_verb_that_people_have():
    """The others are the clock's and have no door; `submit` has no appeal yet."""
    assert list(WHOSE) == list(WHEN)
    assert set(WHEN) == {str(verb) for verb in BY_HAND}
    clock = {"remind", "amber", "escalate", "yellow_card", "red_card", "close_silent", "lapse", "late", "recount"}
    assert set(Verb) - set(BY_HAND) == {"submit"} | clock


def test_the_tables_know_every_state():
    shown = {state.rstrip("+") for state in STATES}
    assert shown == {*workflow.Status, *workflow.Outcome} - {"CLOSED"} - {*SAID_BY_ANCHOR} | {"RESOLVED"}


@pytest.mark.parametrize("outcome", SAID_BY_ANCHOR)
def test_whatever_the_anchor_says_may_be_followed_by_the_same(city, everybody, outcome):
    appeal = services.reply(at_level(city, "C"), actor=city.staff, text="赔三双。")
    appeal = services.confirm(appeal, actor=city.anchor, outcome=outcome, rating=5, contacted=True)
    for person in everybody:
        may = {str(verb) for verb in policy.actions(getattr(city, person), appeal)}
        # Of an outsider the doors ask first whether they see it.
        assert may == {verb for verb in WHEN if expected(verb, "RESOLVED", "C", person) == "ok"}, person
