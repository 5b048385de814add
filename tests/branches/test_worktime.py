import csv
from datetime import UTC, date, datetime

import pytest

from branches.calendar import worktime
from branches.calendar.models import WorkDay
from branches.calendar.services import WORKDAYS_CSV, current_calendar, load_workdays
from branches.calendar.workcalendar import SHANGHAI, WorkCalendar
from branches.calendar.worktime import due_at, fraction_at, parse_limit, received_at, time_left


def read_calendar():
    with open(WORKDAYS_CSV, encoding="utf-8") as lines:
        return WorkCalendar(
            {date.fromisoformat(row["date"]): (row["kind"], row["name"]) for row in csv.DictReader(lines)}
        )


CALENDAR = read_calendar()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(start, limit):
    return due_at(CALENDAR, at(start), parse_limit(limit))


class TestWorkedExamples:
    def test_deadline_over_the_spring_festival(self):
        assert due("2026-02-13 15:00", "5d") == at("2026-02-27 17:30")

    def test_deadline_2_after_hours_before_the_national_day(self):
        assert due("2026-09-30 18:10", "5d") == at("2026-10-14 17:30")
        assert received_at(CALENDAR, at("2026-09-30 18:10")) == at("2026-10-08 08:30")


class TestCalendar:
    @pytest.mark.parametrize(
        ("day", "works", "reason"),
        [
            (date(2026, 11, 23), True, "工作日"),
            (date(2026, 11, 22), False, "周末"),
            (date(2026, 10, 1), False, "国庆节"),
            (date(2026, 2, 14), True, "春节调休上班"),
        ],
    )
    def test_a_day_knows_whether_and_why(self, day, works, reason):
        assert CALENDAR.is_workday(day) is works
        assert CALENDAR.reason(day) == reason

    def test_all_days_off_and_made_up_in_2026(self):
        off = [day for day, (kind, _) in CALENDAR.days.items() if kind == "off" and day.year == 2026]
        work = [day for day, (kind, _) in CALENDAR.days.items() if kind == "work" and day.year == 2026]
        assert len(off) == 3 + 9 + 3 + 5 + 3 + 3 + 7
        assert [f"{day:%m-%d}" for day in work] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]

    def test_a_year_without_data_follows_the_weekdays_and_is_provisional(self):
        assert due("2030-10-01 09:00", "3d") == at("2030-10-04 17:30")
        assert CALENDAR.is_provisional(date(2026, 12, 30), date(2027, 1, 4))
        assert not CALENDAR.is_provisional(date(2025, 12, 30), date(2026, 1, 4))

    def test_provisional_asks_the_year_of_xinyu(self):
        new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
        assert CALENDAR.is_provisional(new_year, new_year)

    def test_an_empty_calendar_is_provisional_never_an_error(self):
        empty = WorkCalendar({})
        assert due_at(empty, at("2026-02-13 15:00"), parse_limit("5d")) == at("2026-02-20 17:30")
        assert empty.is_provisional(date(2026, 2, 13), date(2026, 2, 20))

    def test_over_the_end_of_a_year(self):
        assert due("2025-12-31 10:00", "2d") == at("2026-01-05 17:30")  # Sunday 4 January is made up
        assert due("2026-12-31 10:00", "1d") == at("2027-01-01 17:30")  # nobody entered 2027 yet

    def test_the_calendar_cannot_be_changed(self):
        with pytest.raises(TypeError):
            CALENDAR.days[date(2026, 1, 1)] = ("work", "")


class TestLimit:
    def test_days_and_hours(self):
        assert (parse_limit("5d").minutes, parse_limit("2h").minutes) == (1950, 120)

    @pytest.mark.parametrize(("text", "under"), [("1d", False), ("2h", True), ("6h", True), ("7h", False)])
    def test_knows_whether_it_is_under_a_working_day(self, text, under):
        assert parse_limit(text).under_a_day is under

    def test_says_itself(self):
        assert [str(parse_limit(text)) for text in ("5d", "2h")] == ["5 个工作日", "2 小时"]

    @pytest.mark.parametrize("text", ["", "5", "d", "0d", "-1d", "1.5d", "5D", "5 d", "1000d", "５d", "5d\n"])
    def test_anything_else_is_refused(self, text):
        with pytest.raises(ValueError):
            parse_limit(text)


class TestReceipt:
    @pytest.mark.parametrize(
        ("arrived", "received"),
        [
            ("2026-11-23 09:12", "2026-11-23 09:12"),
            ("2026-11-23 00:05", "2026-11-23 08:30"),
            ("2026-11-23 13:00", "2026-11-23 13:00"),
            ("2026-11-23 17:30:00", "2026-11-23 17:30:00"),
            ("2026-11-23 17:30:01", "2026-11-24 08:30"),
            ("2026-11-20 22:41", "2026-11-23 08:30"),
            ("2026-11-21 10:00", "2026-11-23 08:30"),
            ("2026-02-14 10:00", "2026-02-14 10:00"),
        ],
    )
    def test_counts_from(self, arrived, received):
        assert received_at(CALENDAR, at(arrived)) == at(received)

    def test_any_zone_comes_in_and_shanghai_goes_out(self):
        received = received_at(CALENDAR, datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
        assert received.isoformat() == "2026-11-23T08:30:00+08:00"

    def test_a_naive_time_is_refused(self):
        with pytest.raises(ValueError):
            received_at(CALENDAR, datetime(2026, 11, 23, 9, 12))


class TestDue:
    @pytest.mark.parametrize(
        ("start", "limit", "end"),
        [
            ("2026-11-23 08:30", "1d", "2026-11-24 17:30"),
            ("2026-11-20 17:30", "1d", "2026-11-23 17:30"),
            ("2026-11-20 17:31", "1d", "2026-11-24 17:30"),
            ("2026-11-21 12:00", "1d", "2026-11-24 17:30"),
            ("2026-11-23 09:00", "2h", "2026-11-23 11:00"),
            ("2026-11-23 10:00", "2h", "2026-11-23 12:00"),
            ("2026-11-23 10:01", "2h", "2026-11-23 14:31"),
            ("2026-11-23 13:00", "2h", "2026-11-23 16:30"),
            ("2026-11-23 16:30", "2h", "2026-11-24 09:30"),
            ("2026-11-23 17:30", "2h", "2026-11-24 10:30"),
            ("2026-11-20 23:00", "4h", "2026-11-23 15:00"),
        ],
    )
    def test_ends(self, start, limit, end):
        assert due(start, limit) == at(end)

    def test_add_workdays_is_the_rule_of_a_limit_in_days(self):
        assert worktime.add_workdays(CALENDAR, at("2026-11-30 17:30"), 4) == at("2026-12-04 17:30")


class TestFraction:
    @pytest.mark.parametrize(
        ("limit", "percent", "moment"),
        [
            ("5d", 70, "2026-11-26 11:45"),
            ("5d", 50, "2026-11-25 11:45"),
            ("2d", 50, "2026-11-23 17:30"),
            ("1d", 50, "2026-11-23 11:45"),
            ("1d", 100, "2026-11-23 17:30"),
            ("2h", 50, "2026-11-20 16:20"),
        ],
    )
    def test_of_the_working_time(self, limit, percent, moment):
        assert fraction_at(CALENDAR, at("2026-11-20 15:20"), parse_limit(limit), percent) == at(moment)


class TestOverdueByDays:
    @pytest.mark.parametrize(
        ("deadline", "now", "over"),
        [
            ("2026-11-13 17:30", "2026-11-20 17:29:59", False),
            ("2026-11-13 17:30", "2026-11-20 17:30", True),
            ("2026-11-13 10:00", "2026-11-20 17:30", True),
            ("2026-11-14 10:00", "2026-11-20 17:30", True),
            ("2026-11-13 17:30", "2026-11-22 03:00", True),
            ("2026-11-16 00:00", "2026-11-22 03:00", False),
        ],
    )
    def test_five_days_over_from_the_evening_of_the_fifth(self, deadline, now, over):
        assert (at(deadline) <= worktime.workdays_before(CALENDAR, at(now), 5)) is over

    def test_no_day_is_no_question(self):
        with pytest.raises(ValueError):
            worktime.workdays_before(CALENDAR, at("2026-11-23 09:00"), 0)


class TestTimeLeft:
    NOW = "2026-11-23 14:40"

    @pytest.mark.parametrize(
        ("deadline", "text"),
        [
            ("2026-11-24 17:30", "剩 1 个工作日"),
            ("2026-11-30 17:30", "剩 5 个工作日"),
            ("2026-11-23 17:30", "剩 3 小时"),
            ("2026-11-23 15:00", "剩 20 分钟"),
            ("2026-11-23 14:40", "剩 1 分钟"),
            ("2026-11-24 10:30", "明天 10:30 前"),
            ("2026-11-25 10:30", "11月25日（周三）10:30 前"),
            ("2026-11-20 17:30", "超时 1 个工作日"),
            ("2026-11-19 17:30", "超时 2 个工作日"),
            ("2026-11-23 11:00", "超时 1 小时"),
            ("2026-11-23 14:39", "超时 1 分钟"),
        ],
    )
    def test_reads(self, deadline, text):
        left = time_left(CALENDAR, at(self.NOW), at(deadline))
        assert left.text == text
        assert left.overdue is text.startswith("超时")

    def test_over_lunch_and_a_night_only_duty_counts(self):
        left = time_left(CALENDAR, at("2026-11-20 11:00"), at("2026-11-23 09:30"))
        assert (left.days, left.minutes) == (1, 60 + 180 + 60)

    def test_the_evening_of_the_deadline_is_over_without_a_number(self):
        assert time_left(CALENDAR, at("2026-11-20 20:00"), at("2026-11-20 17:30")).text == "已超时"
        assert time_left(CALENDAR, at("2026-11-22 20:00"), at("2026-11-20 17:30")).text == "已超时"

    def test_half_past_five_sharp_is_in_time(self):
        assert not time_left(CALENDAR, at("2026-11-20 17:30"), at("2026-11-20 17:30")).overdue


class TestSay:
    @pytest.mark.parametrize(
        ("moment", "said"),
        [
            ("2026-11-24 17:30", "明天 17:30"),
            ("2026-11-23 08:05", "今天 08:05"),
            ("2026-11-25 17:30", "11月25日（周三）17:30"),
            ("2026-11-22 17:30", "11月22日（周日）17:30"),
            ("2027-01-04 17:30", "2027年1月4日（周一）17:30"),
        ],
    )
    def test_a_moment(self, moment, said):
        assert worktime.say(at(moment), at("2026-11-23 14:40")) == said

    def test_without_the_weekday_and_as_a_limit(self):
        now = at("2026-11-23 14:40")
        assert worktime.say(at("2026-11-20 17:30"), now, weekday=False) == "11月20日 17:30"
        assert worktime.by(at("2026-11-23 17:30"), now) == "今天 17:30 前"


def lines(start, limit, **words):
    days = worktime.explain(CALENDAR, at(start), parse_limit(limit), **words)
    return [(day.label, day.note, day.kind) for day in days]


class TestExplain:
    def test_five_days_over_a_weekend(self):
        assert lines("2026-11-17 15:20", "5d", today=date(2026, 11, 23), arrived="到支部") == [
            ("11月17日 周二", "15:20 到支部，当天不计", "receipt"),
            ("11月18日 周三", "第 1 天", "counted"),
            ("11月19日 周四", "第 2 天", "counted"),
            ("11月20日 周五", "第 3 天", "counted"),
            ("11月21日 周六", "周末，不计", "off"),
            ("11月22日 周日", "周末，不计", "off"),
            ("11月23日 周一", "第 4 天，今天", "counted"),
            ("11月24日 周二", "第 5 天，17:30 到期", "end"),
        ]

    def test_after_hours_before_a_holiday(self):
        told = lines("2026-09-30 18:10", "2d")
        assert told[0] == ("9月30日 周三", "18:10 收到，已下班，算下一个工作日", "receipt")
        assert [line[1] for line in told[1:8]] == ["国庆节，不计"] * 7
        assert told[8:] == [
            ("10月8日 周四", "算这天收到，当天不计", "receipt"),
            ("10月9日 周五", "第 1 天", "counted"),
            ("10月10日 周六", "第 2 天，国庆节调休上班，17:30 到期", "end"),
        ]

    def test_on_a_rest_day(self):
        assert lines("2026-11-21 22:41", "1d")[0][1] == "22:41 收到，周末，算下一个工作日"

    def test_hours_over_a_weekend(self):
        assert lines("2026-11-20 17:10", "2h") == [
            ("11月20日 周五", "17:10 收到，计 20 分钟", "receipt"),
            ("11月21日 周六", "周末，不计", "off"),
            ("11月22日 周日", "周末，不计", "off"),
            ("11月23日 周一", "计 1 小时 40 分钟，10:10 到期", "end"),
        ]

    def test_hours_within_a_day(self):
        assert lines("2026-11-23 06:00", "2h") == [
            ("11月23日 周一", "06:00 收到，计 2 小时，10:30 到期", "end")
        ]

    def test_a_day_of_an_unknown_year_is_marked(self):
        assert lines("2026-12-31 10:00", "1d")[-1][1] == "第 1 天，暂定，17:30 到期"

    def test_the_last_day_today(self):
        told = lines("2026-11-20 10:00", "1d", today=date(2026, 11, 23))
        assert told[-1][1] == "第 1 天，今天 17:30 到期"


@pytest.mark.django_db
class TestTable:
    def test_loading_twice_changes_nothing_and_mends_what_was_altered(self):
        first = load_workdays()
        WorkDay.objects.filter(date="2026-10-01").update(kind="work", name="误录")
        assert load_workdays() == first == WorkDay.objects.count()
        assert dict(current_calendar().days) == dict(CALENDAR.days)

    def test_days_the_file_does_not_know_stay(self):
        WorkDay.objects.create(date=date(2027, 1, 1), kind="off", name="元旦")
        load_workdays()
        assert current_calendar().reason(date(2027, 1, 1)) == "元旦"

    def test_the_calendar_is_one_statement(self, django_assert_num_queries):
        load_workdays()
        with django_assert_num_queries(1):
            assert current_calendar().years == {2024, 2025, 2026}
