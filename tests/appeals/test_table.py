"""State × verb × relation: what is not listed as allowed is refused as design §3 says, by page and API.

Three small tables say it all. SEES: who sees an appeal in a state; the others get 404. WHOSE: at which level a verb
is whose; the others who see it get 403. WHEN: in which states it may follow; elsewhere who has it gets 409.
M, B, C are the levels; a state with + has requests that wait, and who decides about one at M sees it for that long.

The pages behind a refusal are not drawn here, tests/test_access.py looks at them; outsiders take turns.
"""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import User
from appeals import doors, services, sweeps
from appeals.negotiation import services as negotiation
from appeals.workflow import Verb
from branches.organisation.models import Post, Role
from tests.factories import submit_appeal
from tests.visitor import Visitor, named_urls, rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# contact holds it at M and held it before at B and C.
PEOPLE = ("anchor", "contact", "secretary", "officer", "staff", "chief", "outsider")
# Who sees none; idle is a secretary of the same branch whose post has ended.
OUTSIDERS = ("other_secretary", "clerk", "auditor", "stranger", "idle", "other_anchor")
SEES = """
M  anchor contact                   staff chief
M+ anchor contact secretary officer staff chief
B  anchor contact secretary officer staff chief
C  anchor contact secretary officer staff chief
"""
# ours: the branch's handlers. top: the committee's. had: who has or had it.
GROUPS = {
    "ours": ("secretary", "officer"), "top": ("staff", "chief"),
    "had": ("contact", "secretary", "officer", "staff", "chief"),
}
WHOSE = """
verb              M               B                C
accept            contact         ours             top
reply             contact         ours             top
note              contact         contact,ours     had
hand_up           contact,anchor  ours,anchor      top,anchor
confirm           anchor          anchor           anchor
reopen            anchor          anchor           anchor
withdraw          anchor          anchor           anchor
transfer          contact         ours             top
return            contact         ours             top
decide_return     top             top              top
assign            contact         ours             top
reclassify        contact         ours             top
extend            contact         ours             top
decide_extension  ours            top              chief
"""
WHEN = """
verb              SUBMITTED  HANDLING  HANDLING+  REPLIED  UNCONFIRMED  RESOLVED  WITHDRAWN
accept            MBC        -         -          -        -            -         -
reply             MBC        MBC       MBC        -        -            -         -
note              MBC        MBC       MBC        MBC      MBC          MBC       MBC
hand_up           MB         MB        MB         -        -            -         -
confirm           -          -         -          MBC      MBC          -         -
reopen            -          -         -          MBC      -            -         -
withdraw          MBC        MBC       MBC        -        -            -         -
transfer          BC         BC        BC         -        -            -         -
return            B          B         -          -        -            -         -
decide_return     -          -         B          -        -            -         -
assign            BC         BC        BC         -        -            -         -
reclassify        MBC        MBC       MBC        -        -            -         -
extend            -          MBC       -          -        -            -         -
decide_extension  -          -         MBC        -        -            -         -
"""
# By the anchor only from M (design §4): elsewhere it is theirs, but not now.
NOT_BY_ANCHOR = {("hand_up", "B"), ("hand_up", "C")}
SENT = {
    "note": {"text": "问过网点。", "internal": True}, "reply": {"text": "赔 300 元。"},
    "reopen": {"text": "还没有赔。"},
    "confirm": {"outcome": "RESOLVED", "rating": 5, "contacted": "yes"},
    "reclassify": {"category": "B1"},
    "return": {"reason": "NOT_OURS", "text": "不归支部办。"}, "decide_return": {"granted": "yes"},
    "extend": {"days": 1, "text": "对方要等答复。", "plan": "周四再问。"}, "decide_extension": {"granted": "yes"},
}


def read(table):
    head, *rows = [line.split() for line in table.strip().splitlines()]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


WHOSE, WHEN = read(WHOSE), read(WHEN)
SEES = {level: set(people) for level, *people in (line.split() for line in SEES.strip().splitlines())}
LEVELS = {"M": "MEMBER", "B": "BRANCH", "C": "COMMITTEE"}


def whose(verb, level):
    named = WHOSE[verb][level].split(",")
    return {person for name in named for person in GROUPS.get(name, (name,))}


def expected(verb, state, level, person):
    if person not in SEES.get(level + state[-1], SEES[level]):
        return "404"
    if person not in whose(verb, level):
        return "403"
    if level not in WHEN[verb][state] or (person == "anchor" and (verb, level) in NOT_BY_ANCHOR):
        return "409"
    return "ok"


# The states, through the services.

def handler(city, level):
    """Who acts at a level: not who decides about it, nor the one the others are asked as."""
    return {"M": city.contact, "B": city.officer, "C": city.staff}[level]


def at_level(city, level):
    appeal = submit_appeal(city)
    for one, giver in (("B", city.contact), ("C", city.secretary)):
        if level in "BC" and one <= level:
            appeal = services.hand_up(appeal, actor=giver)
    return appeal


def bring(city, state, level):
    appeal = at_level(city, level)
    actor = handler(city, level)
    if state == "WITHDRAWN":
        return services.withdraw(appeal, actor=city.anchor)
    if state.startswith("HANDLING"):
        appeal = services.accept(appeal, actor=actor)
    if state == "HANDLING+":
        negotiation.extend(appeal, actor=actor, days=1, text="等回话。", plan="周四再问。")
        if level == "B":
            negotiation.ask_return(appeal, actor=actor, reason="NOT_OURS", text="不归支部办。")
    if state in ("REPLIED", "UNCONFIRMED", "RESOLVED"):
        appeal = services.reply(appeal, actor=actor, text="赔三双。")
    if state == "RESOLVED":
        services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    if state == "UNCONFIRMED":
        sweeps.close_silent(appeal.judge_by.replace(year=appeal.judge_by.year + 1))
    appeal.refresh_from_db()
    return appeal


def sent(city, verb, level, appeal):
    words = {**SENT.get(verb, {}), "version": appeal.version}
    if verb == "transfer":
        words |= {"branch": city.other_branch.pk, "text": "归那边联系。"}
    if verb == "assign":
        words["holder"] = {"B": city.secretary, "C": city.chief}.get(level, city.officer).pk
    return words


def answer(response):
    return "ok" if response.status_code < 400 else str(response.status_code)


@pytest.fixture
def everybody(city, monkeypatch):
    city.contact = city.member
    city.idle = User.objects.create_user("idle", name="马行空")
    Post.objects.create(
        user=city.idle, role=Role.SECRETARY, branch=city.branch, since="2024-08-01", until="2025-08-01"
    )
    monkeypatch.setattr(doors, "render", lambda request, name, context, status: HttpResponse(status=status))
    return {person: Visitor(city, person) for person in (*PEOPLE[:-1], *OUTSIDERS)}


STATES = list(next(iter(WHEN.values())))


@pytest.mark.parametrize("state", STATES)
def test_every_cell_answers_as_the_tables_say(city, everybody, state):
    wrong = []
    for level in LEVELS:
        with rolled_back():
            appeal = bring(city, state, level)
            assert appeal.current.level == LEVELS[level]
            for verb in WHEN:
                wrong += cells(city, everybody, state, level, verb, appeal)
    assert not wrong, f"{len(wrong)} cells\n" + "\n".join(wrong)


def cells(city, everybody, state, level, verb, appeal):
    """What differs from the tables, as text; each click is rolled back."""
    words, turn = sent(city, verb, level, appeal), list(WHEN).index(verb) + STATES.index(state)
    page, api = reverse(f"appeals:{verb}", args=[appeal.pk]), reverse(f"api:{verb.replace('_', '-')}", args=[appeal.pk])
    for person in PEOPLE:
        said = expected(verb, state, level, person)
        name = OUTSIDERS[turn % len(OUTSIDERS)] if person == "outsider" else person
        for door in (page, api):
            with rolled_back():
                got = answer(everybody[name].ask("POST", door, words))
            if got != said:
                yield f"{state} {level} {verb} {name} {door.split('/')[1]}: {got}, not {said}"


# Verbs of topics that have a table of their own beside their tests; what is new belongs into the tables above.
ELSEWHERE = {
    "supplement", "review", "suspend", "resume", "dispatch", "dispatch_reply", "refer", "refuse", "supervise",
    "answer_sheet", "release", "decide_release", "merge", "unmerge", "follow_up", "consent", "publish", "recuse",
}


def test_the_tables_know_every_verb_that_has_a_door():
    known = set(named_urls())
    assert set(WHOSE) == set(WHEN) == {str(verb) for verb in Verb if f"appeals:{verb}" in known} - ELSEWHERE
