"""Search in the work lists: number, title, category; the anchor's name only where it is one's own turn."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from appeals import services
from appeals.models import Appeal, Category
from appeals.search import refresh_words
from tests.api_client import Caller
from tests.factories import many_like, submit_appeal
from tests.statements import statements
from xinyu_portal import reference

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIST = "/appeals/"
TABS = ("open", "waiting", "handling", "soon", "late", "replied", "closed")


@pytest.fixture
def finds(sign_in):
    """`finds(user, text)`: titles that the work list shows to a search, over all its tabs."""

    def titles(user, text):
        client = sign_in(user)
        pages = [client.get(LIST, {"q": text, "tab": tab}) for tab in TABS]
        return {row.appeal.title for page in pages for row in page.context["rows"]}

    return titles


def at_branch(city, **words):
    return services.hand_up(submit_appeal(city, **words), actor=city.member)


def closed(city, **words):
    appeal = services.reply(at_branch(city, **words), actor=city.secretary, text="赔 300 元。")
    return services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)


def parts_of(number):
    prefix, day, count = number.split("-")
    return [number, number.lower(), f"{prefix}-{day}", f"{prefix}-{day[:7]}", f"{day}-{count}", count, day,
            number.replace("-", ""), f"{day}{count}", f"{prefix}{day}", f" {number} "]


def test_a_number_is_found_whole_and_by_its_beginning(city, finds):
    appeal = at_branch(city, title="甲乙丙")
    for part in parts_of(appeal.number):
        assert finds(city.secretary, part) == {"甲乙丙"}, part
    for other in ("SQ-20200101", f"{appeal.number}9", "9999", "-", "SQ-"):
        assert finds(city.secretary, other) == ({"甲乙丙"} if other == "SQ-" else set()), other


def test_one_number_of_a_day_does_not_bring_the_others(city, finds):
    first, second = at_branch(city, title="甲乙丙"), at_branch(city, title="丁戊己")
    assert finds(city.secretary, first.number) == {"甲乙丙"}
    assert finds(city.secretary, second.number[-4:]) == {"丁戊己"}


@pytest.mark.parametrize("text", ["压坏", "网点", "样品被压坏，快递网点不肯赔", "快递 压坏", "样", "物流"])
def test_two_characters_of_title_or_category_are_enough(city, finds, text):
    appeal = at_branch(city)
    assert finds(city.secretary, text) == {appeal.title}


def test_what_stands_only_in_the_body_is_not_searched(city, finds):
    at_branch(city, title="样鞋", body="网点说没保价不赔。")
    assert finds(city.secretary, "保价") == set()


class TestTheAnchorsName:
    """domain.md §9.4.7: nobody lists all that a person ever said."""

    NAMES = ("林小禾", "小禾", "lxh", "小禾说鞋", "LXH")

    def test_finds_what_is_open_at_my_own_level(self, city, finds):
        at_branch(city, title="甲乙丙")
        for name in self.NAMES:
            assert finds(city.secretary, name) == {"甲乙丙"}, name
            assert finds(city.staff, name) == set(), name
        services.hand_up(Appeal.objects.get(), actor=city.secretary)
        for name in self.NAMES:
            assert finds(city.secretary, name) == set(), name
            assert finds(city.staff, name) == {"甲乙丙"}, name

    @pytest.mark.parametrize("who", ["staff", "chief", "secretary", "officer"])
    def test_never_finds_what_is_over_or_elsewhere(self, city, finds, who):
        closed(city, title="办结的")
        services.reply(at_branch(city, title="答复的"), actor=city.secretary, text="赔了。")
        services.withdraw(at_branch(city, title="撤回的"), actor=city.anchor)
        submit_appeal(city, title="在联系党员那里的")
        submit_appeal(city, city.other_anchor.anchor, title="别的支部的")
        user = getattr(city, who)
        for name in (*self.NAMES, "宋阿果", "阿果"):
            assert finds(user, name) == set(), name
            assert Caller(user).fetch("appeals/", q=name).json()["results"] == [], name

    def test_the_contact_finds_own_turn_by_the_api(self, city):
        appeal = submit_appeal(city, title="甲乙丙")
        ask = Caller(city.member).fetch
        assert [row["title"] for row in ask("appeals/", q="林小禾").json()["results"]] == ["甲乙丙"]
        services.hand_up(appeal, actor=city.member)
        assert ask("appeals/", q="林小禾").json()["results"] == []
        assert [row["title"] for row in ask("appeals/", q="甲乙").json()["results"]] == ["甲乙丙"]

    def test_the_column_itself_holds_no_name(self, city):
        appeal = submit_appeal(city, title="甲乙丙")
        assert "林小" not in appeal.words and "说鞋" not in appeal.words and "lxh" not in appeal.words


def test_a_renamed_category_is_found_by_its_new_name(city, finds):
    appeal = at_branch(city, category="A2")
    Category.objects.filter(pk="A2").update(name="龘龘")
    refresh_words(Appeal.objects.all())
    assert finds(city.secretary, "龘龘") == {appeal.title}
    reference.load()
    assert finds(city.secretary, "龘龘") == set()
    assert finds(city.secretary, Category.objects.get(pk="A2").name) == {appeal.title}


def test_what_was_filed_before_the_column_is_filled(city):
    appeals = [submit_appeal(city), at_branch(city, category="L")]
    words = [appeal.words for appeal in appeals]
    assert all(words)
    Appeal.objects.update(words="")
    import_module("appeals.migrations.0003_words").fill(apps, None)
    assert list(Appeal.objects.order_by("pk").values_list("words", flat=True)) == words


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "😀", "& | !", "\0"])
def test_signs_find_nothing_and_break_nothing(city, sign_in, text):
    at_branch(city)
    page = sign_in(city.secretary).get(LIST, {"q": text})
    assert page.status_code == 200 and len(page.context["rows"]) == (text == "\0")


def test_a_search_costs_as_many_statements_at_two_hundred(city, sign_in):
    client, appeal = sign_in(city.secretary), at_branch(city)
    ask = {text: lambda text=text: client.get(LIST, {"q": text}) for text in ("林小禾", "SQ", "压坏")}
    at_one = {text: len(statements(call)) for text, call in ask.items()}
    many_like(appeal, 199)
    assert {text: len(statements(call)) for text, call in ask.items()} == at_one
    assert max(at_one.values()) <= 8


def test_copies_in_the_tests_are_found_by_their_own_number(city, finds):
    [copy] = many_like(at_branch(city), 1)
    number = Appeal.objects.get(pk=copy).number
    assert [row["number"] for row in Caller(city.staff).fetch("appeals/", q=number).json()["results"]] == [number]


@pytest.mark.postgresql
def test_postgresql_asks_its_index(city):
    at_branch(city)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Appeal.objects.order_by().filter(words__has="压坏").explain()
    assert "appeals_appeal_words" in plan
