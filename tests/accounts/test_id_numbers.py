"""ID numbers (GB 11643-1999): the vectors of domain.md §8, sealed, shown by head and tail, a whole one on record."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import id_numbers, reveals
from accounts.models import AuditEvent, Sex, User
from members.models import Member
from members.roster import numbers, services
from xinyu_portal.errors import Conflict

NUMBER = "360502190001010019"
VALID = ("11010519491231002X", "440524188001010014", NUMBER, "360521190012310032")


@pytest.mark.parametrize("number", VALID)
def test_valid_numbers_are_taken_as_people_write_them(number):
    spelt = (number, number.lower(), f" {number[:6]} {number[6:14]} {number[14:]} ", number.translate(
        {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    ))
    assert {id_numbers.clean(text) for text in spelt} == {number}


@pytest.mark.parametrize("last", "0123456789X")
def test_the_29th_of_february_1900_is_no_day_whatever_the_check_digit(last):
    with pytest.raises(ValidationError, match="没有这一天"):
        id_numbers.clean(f"36050219000229002{last}"[:18])


@pytest.mark.parametrize("number", VALID)
def test_one_wrong_digit_is_found(number):
    for place in (0, 5, 15, 16):
        wrong = f"{number[:place]}{(int(number[place]) + 1) % 10}{number[place + 1:]}"
        with pytest.raises(ValidationError, match="校验位"):
            id_numbers.clean(wrong)


@pytest.mark.parametrize("text", ["", "36050219000229002", "3605021900010100190", "x" * 18, "①" * 9, "９" * 40])
def test_what_has_not_eighteen_characters_is_told_so(text):
    with pytest.raises(ValidationError, match="18 位"):
        id_numbers.clean(text)


def test_nobody_is_born_tomorrow():
    day = timezone.localdate() + timedelta(days=1)
    head = f"360502{day:%Y%m%d}001"
    for last in "0123456789X":
        with pytest.raises(ValidationError):
            id_numbers.clean(head + last)


@pytest.mark.django_db
class TestSealed:
    def test_the_number_is_nowhere_in_the_row(self, city):
        city.member.set_id_number(NUMBER)
        city.member.save()
        row = User.objects.filter(pk=city.member.pk).values().get()
        assert not any(NUMBER in str(value) for value in row.values())
        assert User.objects.get(pk=city.member.pk).reveal_id_number() == NUMBER
        assert (row["id_number_mask"], row["birth_month"], row["sex"]) == (
            "3605**********0019", date(1900, 1, 1), Sex.MALE,
        )

    def test_is_found_by_the_number_and_belongs_to_one_person(self, city):
        services.correct(city.member.member, actor=city.secretary, id_number=NUMBER)
        assert User.objects.with_id_number(NUMBER).get() == city.member
        with pytest.raises(ValidationError) as refused:
            services.correct(city.officer.member, actor=city.secretary, id_number=NUMBER)
        assert "id_number" in refused.value.message_dict

    def test_what_is_registered_is_not_replaced_in_passing(self, city):
        services.correct(city.member.member, actor=city.secretary, id_number=NUMBER)
        with pytest.raises(ValidationError):
            services.correct(city.member.member, actor=city.secretary, id_number="360521190012310032")


@pytest.mark.django_db
class TestReveal:
    @pytest.fixture
    def member(self, city):
        return services.correct(city.member.member, actor=city.secretary, id_number=NUMBER)

    def test_is_on_record_and_the_person_reads_it(self, city, member, sign_in):
        assert numbers.reveal(member, actor=city.secretary, why="SYSTEM") == NUMBER
        event = AuditEvent.objects.get(kind="REVEAL")
        assert (event.actor, event.office, event.reason) == (city.secretary, "支部书记", "填报全国党员管理信息系统")
        page = sign_in(city.member).get(reverse("me")).content.decode()
        assert "支部书记 · 填报全国党员管理信息系统" in page and NUMBER not in page and "程远山" not in page

    @pytest.mark.parametrize("who", ["member", "other_secretary", "anchor", "auditor", "admin", "stranger"])
    def test_is_for_who_handles_the_roster_alone(self, city, member, who):
        with pytest.raises(PermissionDenied):
            numbers.reveal(member, actor=getattr(city, who), why="CHECK")
        assert not AuditEvent.objects.filter(kind="REVEAL").exists()

    def test_stops_after_so_many_in_an_hour_phones_and_numbers_together(self, city, member):
        for n in range(reveals.LIMIT):
            reveals.record(actor=city.secretary, office="", subject_type="anchors.anchor", subject_id=n, why="APPEAL")
        with pytest.raises(Conflict):
            numbers.reveal(member, actor=city.secretary, why="CHECK")

    def test_the_page_asks_first_and_is_kept_in_no_cache(self, city, member, sign_in):
        client, url = sign_in(city.secretary), reverse("members:number", args=[member.pk])
        assert NUMBER not in client.get(url).content.decode()
        answer = client.post(url, {"why": "CHECK"})
        assert NUMBER in answer.content.decode() and "no-store" in answer.headers["Cache-Control"]
        assert client.post(url, {}).status_code == 400

    def test_card_and_list_show_head_and_tail(self, city, member, sign_in):
        page = sign_in(city.secretary).get(reverse("members:detail", args=[member.pk])).content.decode()
        assert "3605**********0019" in page and NUMBER not in page
        assert Member.objects.filter(pk=member.pk).exists()
