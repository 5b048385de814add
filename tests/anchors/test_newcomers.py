"""Who came by a poster waits at the branch: confirmed, joined to a registered anchor, or left out."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from anchors import checks
from anchors.newcomers import policy, services
from anchors.newcomers.models import Newcomer
from anchors.registry.figures import linked
from anchors.registry.models import Anchor
from appeals import services as chain
from appeals.models import Appeal
from branches.organisation.models import Branch, Post, Role
from branches.stations.models import Station
from tests.appeals.test_races import at_once
from tests.factories import poster_appeal
from xinyu_portal.errors import Conflict
from xinyu_portal.keys import KEY_BYTES

pytestmark = pytest.mark.django_db
OWN_PHONE = "13807900002"  # 林小禾's, in the registry


def fresh(person):
    """The row without what it remembers of its rights."""
    return User.objects.get(pk=person.pk)


def text(response):
    return response.content.decode()


@pytest.fixture
def newcomer(city):
    return poster_appeal(city).anchor.newcomer


@pytest.fixture
def twin(city):
    """Somebody with the name and the phone of 林小禾."""
    return poster_appeal(city, name="林小禾", phone=OWN_PHONE).anchor.newcomer


class TestBeforeItIsDecided:
    def test_the_registry_does_not_know_them(self, city, newcomer, sign_in):
        for user in (city.secretary, city.staff):
            assert "罗小满" not in text(sign_in(user).get("/anchors/"))
            assert "罗小满" not in text(sign_in(user).get("/api/v1/anchors/"))
            assert sign_in(user).get(f"/anchors/{newcomer.anchor_id}/").status_code == 404

    def test_no_figure_counts_them(self, city, newcomer, sign_in):
        assert linked.count([city.branch.pk], None, None)[city.branch.pk].denominator == 1
        page = text(sign_in(city.secretary).get(reverse("branches:detail", args=[city.branch.pk])))
        assert ">1 名</a>" in page and ">2 名</a>" not in page

    def test_the_branch_finds_them_on_its_list(self, city, newcomer, sign_in):
        page = text(sign_in(city.secretary).get("/anchors/newcomers/"))
        assert "罗小满" in page and "138****1234" in page and "13807901234" not in page
        assert "罗小满" in text(sign_in(city.staff).get("/anchors/newcomers/"))
        assert "罗小满" not in text(sign_in(city.other_secretary).get("/anchors/newcomers/"))

    def test_a_branch_without_anybody_leaves_it_to_the_committee(self, city):
        Post.objects.filter(branch=city.branch).delete()
        poster_appeal(city)
        assert city.staff.notices.filter(title__contains="等核实").exists()

    def test_a_candidate_is_shown_by_masked_phone_and_name_alone(self, city, twin, sign_in):
        page = text(sign_in(city.secretary).get(reverse("newcomers:detail", args=[twin.pk])))
        assert "手机号相同" in page and "138****0002" in page and OWN_PHONE not in page

    def test_a_namesake_elsewhere_is_not_shown_to_a_branch(self, city):
        newcomer = poster_appeal(city, name="宋阿果").anchor.newcomer
        assert list(policy.candidates(newcomer, city.secretary)) == []
        assert list(policy.candidates(newcomer, city.staff)) == [city.other_anchor.anchor]


class TestSomebodyNew:
    def test_they_join_the_registry_with_their_phone(self, city, newcomer, sign_in):
        services.confirm(newcomer, actor=city.secretary)
        newcomer.refresh_from_db()
        assert (newcomer.outcome, newcomer.phone_sealed, newcomer.phone_index) == ("NEW", None, None)
        assert User.objects.with_phone("13807901234").get() == newcomer.anchor.user
        assert "罗小满" in text(sign_in(city.secretary).get("/anchors/?q=罗小"))

    def test_a_phone_that_somebody_has_is_said_and_nothing_changes(self, city, twin):
        with pytest.raises(Conflict, match="已经登记在别人名下"):
            services.confirm(twin, actor=city.secretary)
        twin.refresh_from_db()
        assert twin.is_waiting and Anchor.objects.get(pk=twin.anchor_id).confirmed_at is None
        assert twin.reveal_phone() == OWN_PHONE

    def test_the_page_says_so_and_stays(self, city, twin, sign_in):
        answer = sign_in(city.secretary).post(reverse("newcomers:confirm", args=[twin.pk]))
        assert answer.status_code == 409 and "已经登记在别人名下" in text(answer) and "就是这一位" in text(answer)


class TestTheSamePerson:
    def test_the_registered_person_sees_and_judges_what_was_filed(self, city, twin, sign_in):
        appeal = twin.anchor.appeals.get()
        assert not Appeal.objects.visible_to(fresh(city.anchor)).exists()
        services.join(twin, actor=city.secretary, anchor=city.anchor.anchor)
        person = fresh(city.anchor)
        assert list(Appeal.objects.visible_to(person)) == [appeal]
        assert appeal.title in text(sign_in(person).get("/appeals/"))
        chain.reply(appeal, actor=city.secretary, text="给您留了车位。")
        assert person.notices.filter(title__contains="有答复了").exists()
        done = chain.confirm(appeal, actor=person, outcome="RESOLVED", rating=5, contacted=True)
        assert done.outcome == "RESOLVED" and done.anchor == twin.anchor

    def test_the_entry_keeps_its_own_sight_and_stays_out_of_the_registry(self, city, twin):
        services.join(twin, actor=city.secretary, anchor=city.anchor.anchor)
        assert Appeal.objects.visible_to(fresh(twin.anchor.user)).count() == 1
        assert Anchor.objects.get(pk=twin.anchor_id).confirmed_at is None

    def test_nobody_but_a_candidate_is_taken(self, city, newcomer, sign_in):
        with pytest.raises(ValidationError, match="同号或同名"):
            services.join(newcomer, actor=city.secretary, anchor=city.anchor.anchor)
        answer = sign_in(city.secretary).post(
            reverse("newcomers:join", args=[newcomer.pk]), {"anchor": city.anchor.anchor.pk}
        )
        assert answer.status_code == 400 and "同号或同名" in text(answer)

    def test_nobody_makes_it_their_own(self, city):
        Anchor.objects.create(user=city.secretary, stage_name="远山", branch=city.branch, enrolled_on="2026-01-01")
        newcomer = poster_appeal(city, name="程远山").anchor.newcomer
        assert list(policy.candidates(newcomer, city.secretary)) == []
        assert [one.user for one in policy.candidates(newcomer, city.officer)] == [city.secretary]

    def test_whom_it_belongs_to_handles_it_no_more(self, city):
        Anchor.objects.create(user=city.secretary, stage_name="远山", branch=city.branch, enrolled_on="2026-01-01")
        appeal = poster_appeal(city, name="程远山")
        services.join(appeal.anchor.newcomer, actor=city.officer, anchor=city.secretary.anchor)
        with pytest.raises(PermissionDenied):
            chain.accept(appeal, actor=fresh(city.secretary))


class TestNotAnAnchor:
    def test_they_stay_out_and_the_appeal_goes_its_way(self, city, newcomer, sign_in):
        answer = sign_in(city.secretary).post(reverse("newcomers:close", args=[newcomer.pk]))
        assert answer.url == "/anchors/newcomers/"
        assert newcomer.anchor.appeals.get().is_open
        assert "罗小满" not in text(sign_in(city.secretary).get("/anchors/newcomers/"))
        assert "不登记" in text(sign_in(city.secretary).get("/anchors/newcomers/?show=done"))


class TestTheSecondToCome:
    def test_reads_who_was_first(self, city, newcomer, sign_in):
        services.close(newcomer, actor=city.officer)
        for verb in ("confirm", "close", "join"):
            answer = sign_in(city.secretary).post(reverse(f"newcomers:{verb}", args=[newcomer.pk]))
            assert answer.status_code == 409 and "已经由陆南枝核实过了" in text(answer)

    def test_a_second_click_is_no_news(self, city, newcomer):
        services.confirm(newcomer, actor=city.secretary)
        services.confirm(newcomer, actor=city.secretary)
        assert newcomer.anchor.user.notices.filter(title="您已登记为主播").count() == 1

    def test_a_stranger_may_not(self, city, newcomer):
        for user in (city.other_secretary, city.anchor, city.admin, city.auditor, newcomer.anchor.user):
            with pytest.raises(PermissionDenied):
                services.confirm(newcomer, actor=user)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_confirm_at_once_and_one_wins(self, city):
        newcomer = poster_appeal(city).anchor.newcomer
        answers = at_once(
            *[lambda who=who: services.confirm(newcomer, actor=who) for who in (city.secretary, city.officer)]
        )
        assert {type(answer) for answer in answers} == {Newcomer, Conflict}

    def test_one_phone_confirmed_twice_at_once_is_one_persons(self, city):
        entries = [poster_appeal(city, name=name).anchor.newcomer for name in ("罗小满", "罗大满")]
        answers = at_once(*[lambda one=one: services.confirm(one, actor=city.secretary) for one in entries])
        assert {type(answer) for answer in answers} == {Newcomer, Conflict}
        assert User.objects.with_phone("13807901234").count() == 1
        assert Newcomer.objects.filter(outcome="WAITING").count() == 1


class TestPosters:
    @pytest.fixture
    def station(self, city):
        return Station.objects.create(
            code="XY-02-001", name="电商园驿站", kind="OWN", host="电商园", division_id="360502", address="1 号楼"
        )

    def test_a_poster_carries_the_code_the_name_and_the_emergency_line(self, city, sign_in):
        page = text(sign_in(city.secretary).get(reverse("newcomers:branch_poster", args=[city.branch.pk])))
        assert f"testserver/p/b{city.branch.pk}/" in page and 'class="qr"' in page and city.branch.name in page
        assert "12345" in page and "110" in page and "style=" not in page

    def test_a_sheet_holds_eighteen(self, city, sign_in):
        page = sign_in(city.staff).get(reverse("newcomers:branch_poster", args=[city.branch.pk]), {"as": "stickers"})
        assert text(page).count('class="qr"') == 18

    def test_it_is_offered_to_those_who_may_print_it(self, city, station, sign_in):
        for page, poster, place in (
            ("branches:detail", "newcomers:branch_poster", city.branch),
            ("stations:detail", "newcomers:station_poster", station),
        ):
            page, poster = (reverse(name, args=[place.pk]) for name in (page, poster))
            assert poster in text(sign_in(city.staff).get(page))
            assert poster not in text(sign_in(city.anchor).get(page))
            assert sign_in(city.anchor).get(poster).status_code == 403

    def test_the_list_of_newcomers_leads_to_it(self, city, sign_in):
        poster = reverse("newcomers:branch_poster", args=[city.branch.pk])
        page = text(sign_in(city.secretary).get(reverse("newcomers:list")))
        assert f'href="{poster}"' in page and "海报" in page
        page = text(sign_in(city.staff).get(reverse("newcomers:list")))
        head = re.search(r'<div class="page-head">.*?</a></div>', page, re.DOTALL)[0]
        assert f'href="{reverse("branches:list")}"' in head and "海报" in head

    def test_who_handles_for_two_branches_finds_both(self, city, sign_in):
        other = Branch.objects.exclude(pk=city.branch.pk).first()
        Post.objects.create(
            user=city.secretary, branch=other, role=Role.DEPUTY, since=timezone.localdate() - timedelta(days=1)
        )
        page = text(sign_in(city.secretary).get(reverse("newcomers:list")))
        assert f"{city.branch.short_name}海报" in page and f"{other.short_name}海报" in page

    def test_a_button_prints_it(self, city, sign_in):
        page = text(sign_in(city.staff).get(reverse("newcomers:branch_poster", args=[city.branch.pk])))
        assert re.search(r'<button[^>]* data-print hidden>.*打印</button>', page)

    def test_a_station_without_a_branch_is_the_committees(self, city, station, sign_in):
        address = reverse("newcomers:station_poster", args=[station.pk])
        assert sign_in(city.secretary).get(address).status_code == 403
        assert "市行业党委" in text(sign_in(city.staff).get(address))


def test_a_sealed_phone_without_its_key_stops_the_start(newcomer, settings):
    assert checks.waiting_phones_have_their_key(databases=["default"]) == []
    settings.FIELD_KEYS = {"k9": b"9" * KEY_BYTES}
    [found] = checks.waiting_phones_have_their_key(databases=["default"])
    assert "没有这把密钥" in found.msg
