"""Who is on a roster for a time is corrected where it was written down wrongly, and a figure opens what ended too."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from members import figures
from members.models import Activist, Floating
from members.roster import lasting, services
from members.transfers import services as transfers
from tests.visitor import Visitor
from xinyu_portal.errors import Conflict

NAMED = date(2026, 1, 15)


@pytest.fixture
def activist(city):
    return lasting.name_activist(
        actor=city.secretary, branch=city.branch, name="申小禾", phone="13807900907", since=NAMED
    )


@pytest.fixture
def away(city):
    words = {"place": "深圳", "reason": "务工", "since": NAMED}
    return lasting.float_out(city.member.member, actor=city.secretary, **words)


def counted(kind, city, after):
    """Ids that a figure of the branch counts of a period that this Shanghai day follows."""
    end = timezone.make_aware(datetime.combine(after, time.min))
    found = kind.count([city.branch.pk], end, end).get(city.branch.pk)
    return list(found.ids) if found else []


class TestAnActivist:
    def test_named_on_another_day_is_counted_from_that_day(self, city, activist):
        assert counted(figures.activists, city, date(2026, 1, 1)) == []
        lasting.correct_activist(activist, actor=city.secretary, since=date(2025, 12, 15))
        assert counted(figures.activists, city, date(2026, 1, 1)) == [activist.pk]

    def test_whose_end_was_a_mistake_goes_on(self, city, activist):
        ended = lasting.end_activist(activist, actor=city.secretary, until=date(2026, 3, 1))
        lasting.correct_activist(activist, actor=city.secretary, version=ended.version, until=None)
        assert Activist.objects.get().until is None

    def test_who_has_become_a_member_does_not_go_on(self, city, activist):
        words = {"name": "申小禾", "phone": "13807900907", "standing": "PROBATIONARY", "joined_on": date(2026, 6, 1)}
        services.add(actor=city.secretary, branch=city.branch, **words)
        with pytest.raises(ValidationError, match="党员名册"):
            lasting.correct_activist(activist, actor=city.secretary, until=None)

    @pytest.mark.parametrize("days", [
        {"since": date(2026, 2, 1), "applied_on": date(2026, 2, 2)}, {"until": date(2026, 1, 14)},
        {"since": date(2999, 1, 1)}, {"until": date(2999, 1, 1)},
    ])
    def test_is_not_given_days_that_cannot_be(self, city, activist, days):
        with pytest.raises(ValidationError):
            lasting.correct_activist(activist, actor=city.secretary, **days)
        assert Activist.objects.get().since == NAMED

    def test_corrected_by_two_keeps_what_the_first_wrote(self, city, activist):
        lasting.end_activist(activist, actor=city.staff, until=date(2026, 3, 1))
        with pytest.raises(Conflict):
            lasting.correct_activist(activist, actor=city.secretary, version=1, until=None)
        assert Activist.objects.get().until == date(2026, 3, 1)

    def test_gets_a_new_name_from_the_committee_alone(self, city, activist):
        with pytest.raises(PermissionDenied):
            lasting.correct_activist(activist, actor=city.secretary, name="申禾")
        assert lasting.correct_activist(activist, actor=city.staff, name="申禾").user.name == "申禾"

    def test_leaves_on_record_what_was_changed_and_not_to_what(self, city, activist):
        lasting.correct_activist(activist, actor=city.secretary, applied_on=date(2025, 6, 1), job="仓库")
        facts = AuditEvent.objects.filter(subject_type="members.activist").latest("id").facts
        assert facts == {"fields": ["applied_on", "job"]}

    def test_that_nothing_was_changed_of_leaves_nothing(self, city, activist):
        before = AuditEvent.objects.count()
        assert lasting.correct_activist(activist, actor=city.secretary, since=NAMED).version == 1
        assert AuditEvent.objects.count() == before

    def test_who_ended_opens_from_the_figure_that_counted_them(self, city, activist):
        lasting.end_activist(activist, actor=city.secretary, until=date(2026, 3, 1))
        line = figures.activists.line(activist)
        page = Visitor(city, "secretary").ask("GET", line.url).content.decode()
        assert "培养已结束" in page and "2026年3月1日" in page

    def test_is_corrected_on_the_page(self, city, activist, sign_in):
        sent = {"since": "2026-01-20", "applied_on": "2025-06-01", "version": 1, "sex": "", "education": ""}
        client = sign_in(city.secretary)
        page = client.post(f"/members/activists/{activist.pk}/edit/", sent, follow=True).content.decode()
        assert "2026年1月20日" in page and "2025年6月1日" in page and "还在培养" in page
        assert "138****0907" in page  # a registered phone is neither asked nor lost


@pytest.mark.parametrize("tab", ["activist", "floating"])
def test_what_has_ended_stands_on_a_list_of_its_own(city, sign_in, activist, away, tab):
    row, end = {"activist": (activist, lasting.end_activist), "floating": (away, lasting.end_floating)}[tab]
    end(row, actor=city.secretary, until=date(2026, 3, 1))
    client = sign_in(city.secretary)
    now = client.get(f"/members/?show={tab}")
    assert list(now.context["page"]) == [] and "ended=1" in now.content.decode()
    assert list(client.get(f"/members/?show={tab}&ended=1").context["page"]) == [row]
    assert list(sign_in(city.other_secretary).get(f"/members/?show={tab}&ended=1").context["page"]) == []


@pytest.mark.parametrize("register", [
    lambda **words: lasting.name_activist(since=NAMED, **words),
    lambda **words: lasting.float_in(home="某县某党支部", place="新余", reason="务工", since=NAMED, **words),
])
def test_who_bears_the_name_of_a_member_here_is_somebody_else_only_by_a_number(city, register):
    words = {"actor": city.secretary, "branch": city.branch, "name": "周映红"}
    with pytest.raises(ValidationError, match="同名"):
        register(**words)
    assert register(phone="13807900908", **words).user != city.member


class TestAFloatingMember:
    def test_is_corrected_word_by_word(self, city, away):
        row = lasting.correct_floating(away, actor=city.secretary, place="广州", wishes_transfer=True)
        assert (row.place, row.wishes_transfer, row.home, row.version) == ("广州", True, city.branch.name, 2)

    def test_that_has_ended_stays_on_the_card_of_the_member(self, city, away, sign_in):
        lasting.end_floating(away, actor=city.secretary, until=date(2026, 3, 1))
        page = sign_in(city.secretary).get(f"/members/{city.member.member.pk}/").content.decode()
        assert "到 2026年3月1日流出，深圳" in page and f"/members/floating/{away.pk}/" in page

    def test_keeps_the_branch_as_home(self, city, away):
        assert lasting.correct_floating(away, actor=city.secretary, home="别处").home == city.branch.name

    def test_did_not_go_before_joining(self, city, away):
        with pytest.raises(ValidationError, match="入党"):
            lasting.correct_floating(away, actor=city.secretary, since=date(2010, 1, 1))

    def test_whose_end_was_a_mistake_floats_on(self, city, away):
        lasting.end_floating(away, actor=city.secretary, until=date(2026, 3, 1))
        lasting.correct_floating(away, actor=city.secretary, until=None)
        assert counted(figures.floating, city, date(2026, 4, 1)) == [away.pk]

    def test_who_moved_the_relation_away_floats_no_more(self, city, away):
        transfer = transfers.start(
            city.member.member, actor=city.secretary, letter_on=date(2026, 2, 1), to_name="某县某党委"
        )
        transfers.close(transfer, actor=city.secretary, on=date(2026, 2, 10))
        with pytest.raises(ValidationError, match="组织关系"):
            lasting.correct_floating(away, actor=city.secretary, until=None)
        assert Floating.objects.get().until is not None

    def test_who_was_registered_twice_is_registered_once(self, city, away):
        lasting.end_floating(away, actor=city.secretary, until=date(2026, 3, 1))
        words = {"place": "深圳", "reason": "务工", "since": date(2026, 4, 1)}
        lasting.float_out(city.member.member, actor=city.secretary, **words)
        with pytest.raises(ValidationError, match="已经登记"):
            lasting.correct_floating(away, actor=city.secretary, until=None)

    def test_is_corrected_on_the_page(self, city, away, sign_in):
        sent = {"place": "广州", "reason": "务工", "since": "2026-02-01", "wishes_transfer": "no", "version": 1}
        client = sign_in(city.secretary)
        page = client.post(f"/members/floating/{away.pk}/edit/", sent, follow=True).content.decode()
        assert "广州" in page and "2026年2月1日" in page and "不愿意" in page and "还在流动" in page
