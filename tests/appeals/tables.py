"""What the table tests share: tables as text, who is asked, what each verb is sent with, and a knock at both its doors.

The pages behind a refusal are not drawn, tests/test_access.py looks at them.
"""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse

from accounts.models import User
from appeals import doors, services, sweeps
from appeals.dispatching import views as dispatching_views
from appeals.ending import services as ending
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.workflow import Verb
from branches.organisation.models import Post, Role
from tests.factories import submit_appeal
from tests.visitor import Visitor, named_urls, rolled_back
from xinyu_portal import urls

LEVELS = {"M": "MEMBER", "B": "BRANCH", "C": "COMMITTEE"}
# ours: the branch's handlers. top: the committee's. had: who has or had it.
GROUPS = {
    "ours": ("secretary", "officer"), "top": ("staff", "chief"),
    "had": ("contact", "secretary", "officer", "staff", "chief"),
}
# Who sees none; idle is a secretary of the same branch whose post has ended.
OUTSIDERS = ("other_secretary", "clerk", "auditor", "stranger", "idle", "other_anchor")
PEOPLE = ("anchor", "contact", *GROUPS["had"][1:], *OUTSIDERS)
DOORS = ("page", "api")
# The verbs that people have; the others are the clock's, and `submit` has no appeal yet.
BY_HAND = [verb for verb in Verb if f"appeals:{verb}" in set(named_urls())]
SENT = {
    "note": {"text": "问过网点。", "internal": True}, "reply": {"text": "赔 300 元。"},
    "confirm": {"outcome": "RESOLVED", "rating": 5, "contacted": "yes"},
    "reopen": {"text": "还没有赔。"}, "supplement": {"text": "单号是 7788。"}, "review": {"text": "说得不对。"},
    "reclassify": {"category": "B1"},
    "return": {"reason": "NOT_OURS", "text": "不归支部办。"}, "decide_return": {"granted": "yes"},
    "extend": {"days": 1, "text": "对方要等答复。", "plan": "周四再问。"}, "decide_extension": {"granted": "yes"},
    "suspend": {"reason": "WAITS_FOR_OTHERS", "days": 3, "text": "等网点回话。"},
    "dispatch_reply": {"text": "已核，三倍赔。"},
    "refer": {"reason": "OTHER_DUTY", "text": "归城管。"}, "refuse": {"reason": "OTHER_DUTY", "text": "归城管。"},
    "supervise": {"reason": "OVERDUE", "grade": "ORDINARY", "days": 3, "text": "三天内给个说法。"},
    "answer_sheet": {"text": "赔了。"}, "release": {"text": "赔三双。"}, "decide_release": {"granted": "yes"},
    "follow_up": {"reached": "no"}, "consent": {"granted": "yes"},
    "publish": {"title": "压坏的货谁赔", "question": "没有保价的货压坏了，谁赔？", "answer": "由网点按运费的三倍赔。"},
}


def read(table):
    """`{first word: {head's word: word}}` of a table whose first line is its head."""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def asked(expected, turn):
    """`{person: answer}` of those who are asked in a cell; `expected(person)` is the answer that each should get.

    Anchor and contact, and of each other group one, where they all get the same.
    """
    found = {person: expected(person) for person in ("anchor", "contact")}
    for group in (GROUPS["ours"], GROUPS["top"], OUTSIDERS):
        said = {person: expected(person) for person in group}
        if len(set(said.values())) == 1:
            one = group[turn % len(group)]
            said = {one: said[one]}
        found |= said
    return found


def people_of(words):
    """`contact,ours` as the names of people."""
    return {person for word in words.split(",") for person in GROUPS.get(word, (word,))}


# The states, through the services.

def handler(city, level):
    """Who acts at a level: not who decides about it."""
    return {"M": city.contact, "B": city.officer, "C": city.staff}[level]


def at_level(city, level, **words):
    appeal = submit_appeal(city, **words)
    for one, giver in (("B", city.contact), ("C", city.secretary)):
        if level in "BC" and one <= level:
            appeal = services.hand_up(appeal, actor=giver)
    return appeal


def bring(appeal, city, state, level, actor=None):
    """From the SUBMITTED of its level to one of the states; one with + has requests that wait. Returns it afresh."""
    actor = actor or handler(city, level)
    if state.startswith(("HANDLING", "SUSPENDED", "REFERRED")):
        services.accept(appeal, actor=actor)
    if state in ("REPLIED", "UNCONFIRMED", "RESOLVED"):
        services.reply(appeal, actor=actor, text="赔三双。")
    voice = city.by_code if appeal.anchor_id is None else city.anchor
    if state == "HANDLING+":
        negotiation.extend(appeal, actor=actor, days=1, text="等回话。", plan="周四再问。")
        if level == "B":
            negotiation.ask_return(appeal, actor=actor, reason="NOT_OURS", text="不归支部办。")
    elif state == "SUSPENDED":
        pausing.suspend(appeal, actor=actor, **SENT["suspend"])
    elif state == "UNCONFIRMED":
        appeal.refresh_from_db()
        sweeps.close_silent(appeal.judge_by.replace(year=appeal.judge_by.year + 1))
    elif state == "RESOLVED":
        services.confirm(appeal, actor=voice, outcome="RESOLVED", rating=5, contacted=True)
    elif state == "WITHDRAWN":
        services.withdraw(appeal, actor=voice)
    elif state == "NOT_ACCEPTED":
        ending.refuse(appeal, actor=actor, **SENT["refuse"])
    elif state == "REFERRED":
        ending.refer(appeal, actor=actor, **SENT["refer"])
    appeal.refresh_from_db()
    return appeal


# The doors.

def gathered(city, monkeypatch, people=PEOPLE):
    """`{name: Visitor}`: each with a session and a token."""
    city.contact = city.member
    city.idle = User.objects.create_user("idle", name="马行空")
    Post.objects.create(
        user=city.idle, role=Role.SECRETARY, branch=city.branch, since="2024-08-01", until="2025-08-01"
    )
    city.lead = submit_appeal(city, city.free_anchor.anchor)  # whom others may follow: at the committee
    for module, name in ((doors, "appeal_page"), (dispatching_views, "lent_page")):
        monkeypatch.setattr(module, name, _undrawn)
    for code in (403, 404):
        monkeypatch.setattr(urls, f"handler{code}", partial(_undrawn, status=code), raising=False)
    return {person: Visitor(city, person) for person in people}


def _undrawn(request, pk=None, *, status=200, **shown):
    return HttpResponse(status=status)


def words_for(city, verb, appeal):
    """What a person sends who does it right."""
    level = appeal.current.level[0]
    words = {**SENT.get(verb, {}), "version": appeal.version}
    if verb == "transfer":
        words |= {"branch": city.other_branch.pk, "text": "归那边联系。"}
    elif verb == "assign":
        words["holder"] = {"B": city.secretary, "C": city.chief}.get(level, city.officer).pk
    elif verb == "merge":
        words["lead"] = city.lead.pk
    elif verb == "dispatch":
        words |= {"partner": city.partner.pk, "days": 1, "text": "请查一个单号。"}
    elif verb == "recuse":
        words |= {"person": city.other_secretary.pk, "text": "是亲戚。"}
    return words


def address(door, verb, appeal):
    if door == "page":
        return reverse(f"appeals:{verb}", args=[appeal.pk])
    return reverse(f"api:{verb.replace('_', '-')}", args=[appeal.pk])


def wrong_answers(everybody, appeal, verb, words, said, turn, *, doors=DOORS, refused_words=None):
    """Knock as each of `said` (`{person: answer}`); what differs, as text. Who is refused sends `refused_words`.

    Who is to find nothing is asked at one door: what finds the appeal knows no verb.
    """
    for n, (person, answer) in enumerate(said.items()):
        sent = words if answer == "ok" or refused_words is None else refused_words
        for door in doors if answer != "404" else one_of(DOORS, turn + n):
            got = knock(everybody[person], address(door, verb, appeal), sent)
            if got != answer:
                yield f"{verb} {person} {door}: {got}, not {answer}"


def one_of(things, turn):
    return [things[turn % len(things)]]


def knock(visitor, url, words):
    """"ok", or the number of the refusal. What was done has not happened."""
    with rolled_back():
        status = visitor.ask("POST", url, words).status_code
    return "ok" if status < 400 else str(status)
