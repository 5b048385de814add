"""What happens in the registry: who may, what is refused, what is kept."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEvent, Consent
from anchors.registry import services
from anchors.registry.models import Anchor, PlatformAccount
from notices.models import Notice
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db


def account_of(city, **changes):
    words = {"platform": "DOUYIN", "nickname": "小禾说鞋", "followers_band": "UNDER_1K", **changes}
    return services.add_account(city.anchor.anchor, actor=city.anchor, **words)


def found(text):
    return {anchor.stage_name for anchor in Anchor.objects.search(text)}


class TestCorrecting:
    def test_the_anchor_corrects_and_is_found_by_the_new_name(self, city):
        said = {"stage_name": " 小禾走乡村 ", "sex": "2", "since": date(2021, 3, 9)}
        services.correct(city.anchor.anchor, actor=city.anchor, **said)
        anchor = Anchor.objects.get(pk=city.anchor.anchor.pk)
        assert (anchor.stage_name, anchor.since, anchor.user.sex) == ("小禾走乡村", date(2021, 3, 1), "2")
        assert found("乡村") == {"小禾走乡村"} and found("说鞋") == set()
        assert AuditEvent.objects.get().facts == {"fields": ["sex", "since", "stage_name"]}
        assert not Notice.objects.filter(recipient=city.anchor).exists()

    def test_what_an_officer_corrects_the_anchor_is_told_without_saying_what(self, city):
        services.correct(city.anchor.anchor, actor=city.officer, kind="VILLAGE", note="要手语翻译")
        told = Notice.objects.get(recipient=city.anchor)
        assert told.title == "您的登记信息有更正" and told.url == "/anchors/own/" and "手语" not in told.text
        assert AuditEvent.objects.get().office == "组织委员"

    def test_nothing_changed_leaves_no_trace(self, city):
        services.correct(city.anchor.anchor, actor=city.officer, kind=city.anchor.anchor.kind, sex="0")
        assert not AuditEvent.objects.exists() and not Notice.objects.exists()

    @pytest.mark.parametrize("who", ["member", "other_secretary", "other_anchor", "stranger", "auditor", "admin"])
    def test_nobody_else(self, city, who):
        with pytest.raises(PermissionDenied):
            services.correct(city.anchor.anchor, actor=getattr(city, who), stage_name="别人")

    @pytest.mark.parametrize(
        ("field", "value"),
        [("stage_name", " "), ("stage_name", "长" * 41), ("kind", "STAR"), ("sex", "5"), ("division_id", "999999"),
         ("enterprise_id", 404), ("note", "自己写的"), ("branch_id", 1), ("words", "x"), ("contact_id", 1)],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, city, field, value):
        with pytest.raises(ValidationError) as refused:
            services.correct(city.anchor.anchor, actor=city.anchor, **{field: value})
        assert set(refused.value.message_dict) == {field.removesuffix("_id") if field not in ("branch_id", "contact_id")
                                                   else field}

    def test_nobody_begins_next_month(self, city):
        today = timezone.localdate()
        services.correct(city.anchor.anchor, actor=city.anchor, since=today)
        for later in (date(today.year + today.month // 12, today.month % 12 + 1, 1), date(2031, 1, 1)):
            with pytest.raises(ValidationError) as refused:
                services.correct(city.anchor.anchor, actor=city.anchor, since=later)
            assert refused.value.message_dict == {"since": ["从业起始年月不能晚于这个月。"]}

    def test_who_has_a_contact_does_not_refuse_contact_in_passing(self, city):
        with pytest.raises(ValidationError):
            services.correct(city.anchor.anchor, actor=city.anchor, accepts_contact=False)
        services.correct(city.free_anchor.anchor, actor=city.free_anchor, accepts_contact=False)


class TestAccounts:
    def test_each_day_of_declaring_is_kept_and_the_latest_counts(self, city):
        account = account_of(city, as_of=date(2026, 1, 5))
        services.declare(account, actor=city.anchor, followers_band="UNDER_10K", as_of=date(2026, 6, 1))
        services.declare(account, actor=city.anchor, followers_band="UNDER_100K", as_of=date(2026, 6, 1))
        services.declare(account, actor=city.anchor, followers_band="UNDER_1K", as_of=date(2026, 3, 1))
        account.refresh_from_db()
        assert (account.followers_band, account.as_of) == ("UNDER_100K", date(2026, 6, 1))
        assert [said.as_of.month for said in account.declarations.all()] == [6, 3, 1]

    def test_an_account_that_came_without_history_gets_its_first_line(self, city):
        account = PlatformAccount.objects.create(
            anchor=city.anchor.anchor, platform="JD", nickname="某", followers_band="UNDER_1K", as_of=date(2025, 1, 1)
        )
        services.declare(account, actor=city.secretary, followers_band="UNDER_10K")
        assert account.declarations.count() == 2

    def test_not_tomorrow_and_no_invented_band(self, city):
        account, tomorrow = account_of(city), timezone.localdate() + timezone.timedelta(days=1)
        for wrong in ({"followers_band": "HUGE"}, {"followers_band": "UNDER_1K", "as_of": tomorrow}):
            with pytest.raises(ValidationError):
                services.declare(account, actor=city.anchor, **wrong)

    def test_the_same_account_twice_is_one_and_another_band_is_refused(self, city):
        assert account_of(city) == account_of(city)
        with pytest.raises(ValidationError, match="已经登记过"):
            account_of(city, followers_band="OVER_10M")

    def test_search_follows(self, city):
        account = account_of(city, nickname="红芋头")
        assert found("芋头") == {"小禾说鞋"}
        services.drop_account(account, actor=city.secretary)
        assert found("芋头") == set() and Notice.objects.filter(recipient=city.anchor).count() == 1
        with pytest.raises(Conflict):
            services.declare(account, actor=city.anchor, followers_band="UNDER_1K")

    def test_a_strangers_account_is_nobodys(self, city):
        account = account_of(city)
        for who in (city.member, city.other_secretary, city.other_anchor):
            with pytest.raises(PermissionDenied):
                services.drop_account(account, actor=who)
            with pytest.raises(PermissionDenied):
                services.declare(account, actor=who, followers_band="UNDER_1K")


class TestConsent:
    def seen_by(self, city):
        everybody = ("anchor", "member", "secretary", "staff", "chief")
        anchor = city.anchor.anchor
        return {who for who in everybody if anchor in Anchor.objects.visible_to(getattr(city, who))}

    def test_who_takes_it_back_is_gone_for_all_but_oneself(self, city):
        services.give_consent(city.anchor.anchor, actor=city.anchor, text_version="2026-11")
        assert self.seen_by(city) == {"anchor", "member", "secretary", "staff", "chief"}
        services.withdraw_consent(city.anchor.anchor, actor=city.anchor)
        assert self.seen_by(city) == {"anchor"}
        assert Anchor.objects.in_use().count() == Anchor.objects.count() - 1

    def test_who_was_never_asked_may_say_no(self, city):
        services.withdraw_consent(city.anchor.anchor, actor=city.anchor)
        services.withdraw_consent(city.anchor.anchor, actor=city.anchor)
        assert self.seen_by(city) == {"anchor"} and Consent.objects.get().text_version == ""

    def test_who_agrees_again_is_back(self, city):
        services.withdraw_consent(city.anchor.anchor, actor=city.anchor)
        services.give_consent(city.anchor.anchor, actor=city.anchor, text_version="2026-11")
        services.give_consent(city.anchor.anchor, actor=city.anchor, text_version="2026-11")
        assert "secretary" in self.seen_by(city) and Consent.objects.in_force().count() == 1

    def test_who_has_an_open_appeal_in_hand_still_sees_whose_it_is(self, city):
        submit_appeal(city)
        services.withdraw_consent(city.anchor.anchor, actor=city.anchor)
        assert self.seen_by(city) == {"anchor", "member"}

    def test_nobody_does_it_for_another(self, city):
        for who in (city.secretary, city.chief, city.member):
            with pytest.raises(PermissionDenied):
                services.withdraw_consent(city.anchor.anchor, actor=who)


class TestSearchByPhone:
    def test_the_whole_number_or_its_end_as_people_say_it(self, city):
        for said in ("13807900002", "１３８ 0790 0002", "+86 138-0790-0002", "0002"):
            assert found(said) == {"小禾说鞋"}, said
        assert found("1380790") == found("002") == found("13807900009") == found("9999") == set()

    def test_four_digits_may_be_of_an_account_as_well(self, city):
        account_of(city, nickname="老店 1688")
        assert found("1688") == {"小禾说鞋"}


class TestRegistering:
    def test_an_officer_registers_for_the_own_branch(self, city):
        anchor = services.register(
            actor=city.officer, name="方小满", stage_name="小满爱吃", phone="13907900077", branch=city.branch, sex="2"
        )
        assert found("小满") == {"小满爱吃"} and anchor.user.phone_mask == "139****0077"
        assert not anchor.user.has_usable_password()

    def test_refusals(self, city):
        words = {"actor": city.officer, "name": "方小满", "stage_name": "小满", "branch": city.branch}
        for wrong, field in (
            ({"phone": "13807900002"}, "phone"), ({"phone": "123"}, "phone"), ({"branch": city.other_branch}, "branch"),
            ({"branch": None}, "branch"), ({"name": " "}, "name"), ({"stage_name": ""}, "stage_name"),
        ):
            with pytest.raises(ValidationError) as refused:
                services.register(**{**words, **wrong})
            assert set(refused.value.message_dict) == {field}
        with pytest.raises(PermissionDenied):
            services.register(**{**words, "actor": city.member})
