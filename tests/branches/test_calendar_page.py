"""The working calendar on its pages: a year as a picture, its list read and judged, and what a change would move."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import AuditEvent
from branches.calendar import services
from branches.calendar.changes import turned
from branches.calendar.models import CalendarYear, WorkDay
from branches.calendar.notice_text import parse, read_file, written
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
NEXT = timezone.localdate().year + 1
LIST = f"{NEXT}-01-01至{NEXT}-01-03 休 元旦\n{NEXT}-05-01 休 劳动节"


def page(name, year=NEXT):
    return reverse(f"calendar:{name}", args=[year])


def seen(year=NEXT):
    return services.digest(services.current_calendar(), year)


class TestTheList:
    @pytest.mark.parametrize(
        "line",
        ["2027-01-01 休 元旦", "2027/1/1 休 元旦", "2027年1月1日 休 元旦", "1月1日，放假，元旦", "2027-01-01,off,元旦",
         "1.1 休 元旦"],
    )
    def test_is_read_as_people_write_it(self, line):
        [day] = parse(f"date,kind,name\n\n{line}", 2027)
        assert (day.date, day.kind, day.name) == (date(2027, 1, 1), "off", "元旦")

    def test_a_holiday_in_one_line(self):
        days = parse("2月5日-2月11日 休 春节\n2027-02-20 班 春节", 2027)
        assert [day.kind for day in days] == ["off"] * 7 + ["work"]
        assert parse(written(days), 2027) == days

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("元旦放假", "第 1 行：要写成"),
            ("2027-01-01 休 元旦\n2027-02-30 休 春节", "第 2 行：没有这一天"),
            ("2026-01-01 休 元旦", "第 1 行：不是 2027 年的日子"),
            ("2027-01-01 玩 元旦", "第 1 行：日期后面要写“休”或“班”"),
            ("2027-01-01 休", "第 1 行："),
            ("2027-01-01 休 " + "长" * 21, "20 字以内"),
            ("2027-01-01 休 元旦\n1月1日 休 元旦", "第 2 行：2027-01-01 前面已经写过了"),
            ("2027-01-04 班 元旦", "第 1 行：2027-01-04 是周一到周五"),
            ("2027-03-05至2027-03-01 休 春节", "请看一下起止"),
            ("1月1日至12月31日 休 元旦", "请看一下起止"),
            ("", "一天也没有写"),
            ("\n" * 500, "最多 400 行"),
        ],
    )
    def test_what_is_wrong_is_said_by_its_line(self, text, sentence):
        with pytest.raises(ValidationError) as refused:
            parse(text, 2027)
        assert sentence in refused.value.messages[0]

    def test_from_a_workbook_and_from_csv(self):
        book, buffer = Workbook(), BytesIO()
        for row in (("日期", "安排", "节日"), (date(2027, 1, 1), "休", "元旦"), ("2027-01-02", "休", "元旦")):
            book.active.append(row)
        book.save(buffer)
        assert len(parse(read_file("a.XLSX", buffer.getvalue()), 2027)) == 2
        assert len(parse(read_file("a.csv", "2027-01-01,休,元旦".encode("gb18030")), 2027)) == 1

    @pytest.mark.parametrize(
        ("name", "content"), [("a.xlsx", b"PK nothing"), ("a.csv", b"\xff\xff\xff"), ("a.csv", b"1" * 1048577)]
    )
    def test_a_file_that_is_none(self, name, content):
        with pytest.raises(ValidationError):
            read_file(name, content)


class TestTheService:
    def test_writes_days_year_and_audit_event(self, city):
        services.enter_year(NEXT, notice=" 国办发明电 1 号 ", days=parse(LIST, NEXT), actor=city.staff, seen=seen())
        assert WorkDay.objects.filter(date__year=NEXT).count() == 4
        row = CalendarYear.objects.get(year=NEXT)
        assert (row.notice, row.entered_by) == ("国办发明电 1 号", city.staff)
        kept = AuditEvent.objects.get(subject_type="branches.calendaryear")
        assert (kept.kind, len(kept.facts["days"]), kept.facts["moved"]) == ("SETTING", 4, 0)

    def test_twice_changes_nothing_and_a_stale_one_is_refused(self, city):
        before = seen()
        words = {"notice": "", "days": parse(LIST, NEXT), "actor": city.staff, "seen": before}
        services.enter_year(NEXT, **words)
        assert services.enter_year(NEXT, **words) == 0
        assert AuditEvent.objects.filter(subject_type="branches.calendaryear").count() == 1
        with pytest.raises(Conflict):
            services.enter_year(NEXT, **{**words, "days": parse(f"{NEXT}-05-01 休 劳动节", NEXT)})

    def test_only_by_the_committee(self, city):
        with pytest.raises(PermissionDenied):
            services.enter_year(NEXT, notice="", days=parse(LIST, NEXT), actor=city.secretary, seen=seen())

    def test_what_a_person_entered_outlives_the_shipped_file(self, city):
        assert CalendarYear.objects.get(year=2026).entered_by is None
        text = "2026-01-01 休 元旦"
        services.enter_year(2026, notice="", days=parse(text, 2026), actor=city.staff, seen=seen(2026))
        services.load_workdays()
        assert WorkDay.objects.filter(date__year=2026).count() == 1

    def test_days_that_turn(self, city):
        before = services.current_calendar()
        after = services.with_year(before, 2027, parse("2027-01-01至2027-01-03 休 元旦\n2027-01-09 班 元旦", 2027))
        assert turned(before, after) == [date(2027, 1, 1), date(2027, 1, 9)]  # the weekend was off before


class TestThePages:
    def test_a_year_is_a_picture_with_words(self, city, sign_in):
        shown = sign_in(city.staff).get(page("year", 2026)).content.decode()
        assert shown.count('class="panel month"') == 12
        assert "1–7 日 休 国庆节" in shown and "10 日 班 国庆节" in shown and "<small>班</small>" in shown
        assert "文号未录入" in shown and "随系统带来" in shown

    def test_a_year_that_nobody_entered_says_so(self, city, sign_in):
        shown = sign_in(city.staff).get(page("year")).content.decode()
        assert "暂定" in shown and "录入这一年" in shown

    def test_now_is_this_year(self, city, sign_in):
        answer = sign_in(city.staff).get(reverse("calendar:now"))
        assert answer.url == page("year", timezone.localdate().year)

    def test_the_form_holds_the_list_as_it_is(self, city, sign_in):
        assert "2026-10-01 休 国庆节" in sign_in(city.staff).get(page("edit", 2026)).content.decode()

    def test_wrong_lines_are_told_and_what_was_typed_is_kept(self, city, sign_in):
        answer = sign_in(city.staff).post(page("edit"), {"days": f"{LIST}\n乱写的一行\n又一行", "notice": "国办 1 号"})
        shown = answer.content.decode()
        assert answer.status_code == 400 and "乱写的一行" in shown and "国办 1 号" in shown
        assert "第 3 行：" in shown and "第 4 行：" in shown
        assert not WorkDay.objects.filter(date__year=NEXT).exists()

    def test_the_preview_writes_nothing_and_names_what_moves(self, city, sign_in):
        submitted = timezone.now().replace(year=NEXT - 1, month=12, day=30, hour=2)
        appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=submitted)
        answer = sign_in(city.staff).post(page("edit"), {"days": LIST})
        shown = answer.content.decode()
        assert answer.context["moved"] == 1 and appeal.number in shown and "确认写入" in shown
        assert not WorkDay.objects.filter(date__year=NEXT).exists()

    def test_confirmed_it_is_written(self, city, sign_in):
        staff = sign_in(city.staff)
        previewed = staff.post(page("edit"), {"days": LIST, "notice": "国办 1 号"})
        sent = {name: previewed.context[name] for name in ("days", "notice", "seen")}
        done = staff.post(page("confirm"), sent, follow=True)
        assert f"{NEXT} 年的日历已写入。" in done.content.decode() and "国办 1 号" in done.content.decode()
        assert staff.post(page("confirm"), sent).status_code == 302  # a second click finds it done

    def test_changed_by_somebody_in_between_it_is_previewed_again(self, city, sign_in):
        sent = {"days": LIST, "notice": "", "seen": seen()}
        services.enter_year(
            NEXT, notice="", days=parse(f"{NEXT}-05-01 休 劳动节", NEXT), actor=city.chief, seen=seen()
        )
        answer = sign_in(city.staff).post(page("confirm"), sent)
        assert answer.status_code == 409 and "刚刚被改过" in answer.content.decode()

    def test_back_to_the_form_nothing_is_lost(self, city, sign_in):
        answer = sign_in(city.staff).post(page("edit"), {"days": LIST, "notice": "国办 1 号", "back": "1"})
        assert answer.status_code == 200 and f"{NEXT}-05-01 休 劳动节" in answer.content.decode()

    def test_a_file_takes_the_place_of_the_box(self, city, sign_in):
        file = SimpleUploadedFile("days.csv", LIST.encode())
        answer = sign_in(city.staff).post(page("edit"), {"days": "", "file": file})
        assert answer.context["listed"] == 4

    @pytest.mark.parametrize("name", ["year", "edit"])
    def test_only_for_the_committee_and_years_there_are(self, city, sign_in, client, name):
        assert sign_in(city.secretary).get(page(name)).status_code == 403
        assert sign_in(city.staff).get(page(name, 1999)).status_code == 404
        assert client.put(page(name)).status_code == 405
