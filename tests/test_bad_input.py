"""Whoever sends what, by page or API: never a 500, a Chinese sentence at the field, and nothing typed is lost."""

from datetime import date

import pytest
from django.urls import reverse

from anchors.registry.models import PlatformAccount
from branches.organisation.models import Enterprise
from branches.reports.models import Report
from tests import scene as scenes
from tests.visitor import Visitor, address_of, named_urls, rolled_back
from tests.wrong_input import CASES, CHINESE, HUGE, IDS, LONG, Door, Walk, said

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONGEST_REDIRECT = 2048  # Django's own; what leads to the login or the admin's carries the address along
WORDS = {"category": "A", "body": "昨天到的鞋压坏了。", "title": "鞋压坏了", "kind": "appeal"}
FIRM = {"name": "仙鹤供应链", "kind": "SUPPLY", "address": "城南 1 号", "branch": "unit"}
FIRM_CODES = ("kind", "credit_code", "division", "staff_band", "party_form", "should_build")
JUDGED = {"outcome": "RESOLVED", "rating": "5", "reason": "赔到了"}


def verb(name, who, row, *, sent=None, texts=(), needed=(), codes=(), contacted=()):
    """A verb of the chain by its two doors."""
    shared = {"texts": texts, "needed": needed, "codes": codes, "versioned": True, "foreign": "elsewhere"}
    said = contacted or ({}, {})
    return [
        Door(f"appeals:{name.replace('-', '_')}", who, row, {**(sent or {}), **said[0]}, **shared),
        Door(f"api:{name}", who, row, {**(sent or {}), **said[1]}, **shared),
    ]


DOORS = [
    Door("login", "nobody", sent={"username": "stranger", "password": scenes.PASSWORD}, needed=("username", "password"),
         codes=("username", "password")),
    Door("logout", "member"),
    Door("big_type", "nobody", sent={"type": "big", "next": "/"}),
    Door("notices:read_all", "member"),
    Door("notices:open", "member", "notice", foreign="others_notice"),
    Door("reports:see", "staff", "filed"),
    Door("reports:file", "secretary", "draft", {"remark": "这月平稳。"}, texts=("remark",), versioned=True,
         foreign="others_report"),
    Door("appeals:new", "anchor", sent={**WORDS, "agree": "on"}, texts=("body", "title"),
         needed=("category", "body", "agree", "submit_key"), codes=("category", "kind", "submit_key")),
    Door("anchors:correct", "secretary", "card",
         {"stage_name": "小禾说鞋", "sex": "2", "kind": "VILLAGE", "note": "要手语"},
         texts=("stage_name", "note"), needed=("stage_name", "sex", "kind"),
         codes=("sex", "kind", "division", "enterprise", "accepts_contact", "since"), foreign="others_card"),
    Door("anchors:account_new", "anchor", "card",
         {"platform": "JD", "nickname": "小禾京东", "followers_band": "UNDER_1K"},
         texts=("nickname",), needed=("platform", "nickname", "followers_band"),
         codes=("platform", "genre", "followers_band"), foreign="others_card"),
    Door("anchors:account", "anchor", "account", {"followers_band": "UNDER_10K"}, needed=("followers_band",),
         codes=("followers_band",), foreign="others_account"),
    Door("anchors:account_drop", "anchor", "account", foreign="others_account", once=True),
    Door("anchors:withdraw", "anchor"),
    Door("anchors:agree", "anchor"),
    Door("anchors:export", "staff", sent={"reason": "助农报名核对"}, texts=("reason",), needed=("reason",)),
    Door("branches:enterprise_export", "staff", sent={"reason": "摸排核对"}, texts=("reason",), needed=("reason",)),
    Door("branches:enterprise_new", "staff", sent=FIRM, texts=("name", "address"), needed=("name", "kind"),
         codes=FIRM_CODES, once=True),
    Door("branches:enterprise_correct", "secretary", "firm", sent=FIRM, texts=("name", "address"),
         needed=("name", "kind", "branch"), codes=(*FIRM_CODES, "branch"), foreign="others_firm"),
    Door("api:token", "nobody", sent={"username": "stranger", "password": scenes.PASSWORD},
         needed=("username", "password"), codes=("username", "password")),
    Door("api:appeals", "anchor", sent={**WORDS, "confidentiality": "real_name"}, texts=("body", "title"),
         needed=("kind", "category", "body"), codes=("kind", "category", "confidentiality")),
    Door("api:report-file", "secretary", "draft", {"remark": "这月平稳。"}, texts=("remark",), versioned=True,
         foreign="others_report"),
    Door("api:notice-read", "member", "notice", reads=False, foreign="others_notice"),
    *verb("accept", "member", "fresh"),
    *verb("note", "member", "taken", sent={"text": "问过网点。"}, texts=("text",), needed=("text",)),
    *verb("hand-up", "member", "taken", sent={"text": "够不着。"}, texts=("text",)),
    *verb("reply", "member", "taken", sent={"text": "赔 300 元。"}, texts=("text",), needed=("text",)),
    *verb("confirm", "anchor", "replied", sent=JUDGED, texts=("reason",), needed=("outcome", "rating", "contacted"),
          codes=("outcome", "rating", "contacted"), contacted=({"contacted": "yes"}, {"contacted": True})),
    *verb("reopen", "anchor", "replied", sent={"text": "还没有赔。"}, texts=("text",), needed=("text",)),
    *verb("withdraw", "anchor", "fresh", sent={"text": "不用了。"}, texts=("text",)),
]


@pytest.fixture
def scene(city):
    scene = scenes.build(city)
    scene.rows["others_notice"] = city.staff.notices.first()
    scene.rows["others_report"] = Report.objects.create(
        branch=city.other_branch, month=scene.rows["draft"].month, opened_at=scene.rows["draft"].opened_at,
        due_at=scene.rows["draft"].due_at,
    )
    other = city.other_anchor.anchor
    scene.rows["others_card"] = other
    scene.rows["others_account"] = PlatformAccount.objects.create(
        anchor=other, platform="JD", nickname="阿果", followers_band="UNDER_1K", as_of=date(2026, 5, 1)
    )
    scene.rows["others_firm"] = Enterprise.objects.create(name="别处", kind="PARK", branch=city.other_branch)
    for name in ("fresh", "taken", "replied", "draft"):
        scene.rows[name].refresh_from_db()
    return scene


def test_every_form_and_verb_is_walked(scene):
    """Whatever takes a POST is listed above."""
    visitor = Visitor(scene.city, "chief")
    takers = set()
    for name in set(named_urls()) - {"admin"}:
        with rolled_back():
            if visitor.ask("POST", address_of(name)).status_code != 405:
                takers.add(name)
    assert takers == {door.url for door in DOORS}


@pytest.mark.parametrize("door", DOORS, ids=[door.url for door in DOORS])
def test_wrong_in_every_way(scene, door):
    walk = Walk(door, scene)
    for case in CASES:
        case(walk)
    assert not walk.wrong, "\n".join(walk.wrong)


class TestAddresses:
    """What stands after the question mark, and ids of nothing."""

    FILTERS = (
        "q", "tab", "own", "figure", "category", "level", "holder", "status", "kind", "branch", "division",
        "platform", "contact", "township", "genre", "band", "enterprise", "show", "state", "facility", "anchor_area",
        "in_anchor_area", "unread", "nonsense", "next", "format", "page",
    )
    VALUES = (
        "x", "\0", "a\0b", "%", "\\", "😀", "\ud800", "-1", "0", str(2**63), str(HUGE), "9" * 3000, LONG[:2000],
    )

    @pytest.mark.parametrize("who", ["anchor", "member", "chief"])
    def test_odd_filters(self, scene, who):
        visitor, wrong = Visitor(scene.city, who), []
        lists = sorted({address_of(name) for name in named_urls() if "/1/" not in address_of(name)})
        for url in lists:
            for value in self.VALUES:
                shown = value.encode("utf-8", "surrogatepass")
                for query in [{name: shown} for name in ("q", "cursor")] + [dict.fromkeys(self.FILTERS, shown)]:
                    wrong += self.complaints(visitor.get(url, **query), url, query)
        assert not wrong, "\n".join(wrong[:30])

    def complaints(self, response, url, query):
        names = ",".join(query) if len(query) < 3 else "all"
        case = f"{url} {names}={next(iter(query.values()))[:12]!r}: {response.status_code}"
        if response.status_code >= 500 and url != "/healthz":
            return [case]
        asked = response.wsgi_request.get_full_path()
        may_refuse = url.startswith("/api/") or len(asked) > LONGEST_REDIRECT
        if response.status_code == 400 and not (may_refuse and CHINESE.search(said(response))):
            return [f"{case} {said(response)[:100]}"]
        return []

    def test_ids_of_nothing(self, scene):
        visitor, wrong = Visitor(scene.city, "chief"), []
        for name in set(named_urls()):
            if "/1/" not in address_of(name):
                continue
            for pk in IDS:
                for method in ("GET", "POST"):
                    status = visitor.ask(method, address_of(name, pk)).status_code
                    if status not in (404, 405):
                        wrong.append(f"{method} {name} {pk}: {status}")
        assert not wrong, "\n".join(wrong)

    def test_a_figure_of_nothing(self, scene):
        address = reverse("reports:records", args=[scene.rows["draft"].pk, "no-such"])
        assert Visitor(scene.city, "chief").get(address).status_code == 404
