"""Tables of activists and floating members come in as the 花名册 does: looked at first, all of it or nothing."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from members.models import Activist, Floating, Member
from members.roster import lasting
from members.roster import services as roster
from members.sheets import importing, services
from members.sheets.columns import columns_of
from members.sheets.layouts import LAYOUTS
from members.sheets.models import Sheet
from members.sheets.writing import UNKNOWN
from tests.census_files import sheet_of
from tests.roster_files import workbook
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
ACTIVISTS = ("姓名", "列为积极分子时间", "申请入党时间", "单位职务", "联系电话")
FLOATING = ("姓名", "方向", "正式组织关系所在", "流动原因", "起始时间", "现居/从业地", "联系方式", "联系人", "转接意向")
IN = ("方小满", "流入", "某县某党支部", "务工", "2026-01-15", "新余", "13807905555", "周映红", "愿意")
OUT = ("周映红", "流出", None, "务工", "2026-01-15", "深圳", None, None, None)


def upload(city, sheet, *rows, heads=None, actor=None, branch=...):
    heads = heads or {Sheet.ACTIVISTS: ACTIVISTS, Sheet.FLOATING: FLOATING}[sheet]
    words = {"actor": actor or city.secretary, "branch": city.branch if branch is ... else branch}
    return importing.upload(workbook(*rows, heads=heads), file_name="表.xlsx", sheet=sheet, **words)


def errors_of(row):
    return [line["errors"] for line in importing.kept(row)["lines"]]


def verdicts_of(row):
    return [line["verdict"] for line in importing.kept(row)["lines"]]


class TestActivists:
    def test_are_looked_at_first_and_written_when_confirmed(self, city):
        row = upload(city, Sheet.ACTIVISTS, ("方小满", "2026-01-15", "2025-06-01", "云仓主管", "13807905555"))
        assert row.counts["new"] == 1 and not Activist.objects.exists()
        importing.confirm(row, actor=city.secretary)
        activist = Activist.objects.get()
        assert (activist.branch, activist.since, activist.applied_on) == (
            city.branch, date(2026, 1, 15), date(2025, 6, 1),
        )
        assert (activist.user.name, activist.user.profile.job) == ("方小满", "云仓主管")

    def test_that_are_there_are_corrected(self, city):
        lasting.name_activist(actor=city.secretary, branch=city.branch, name="方小满", since=date(2026, 1, 15))
        row = upload(city, Sheet.ACTIVISTS, ("方小满", "2026-01-20", None, None, None))
        [line] = importing.kept(row)["lines"]
        assert line["changes"] == [["since", "2026-01-15", "2026-01-20"]]
        importing.confirm(row, actor=city.secretary)
        assert Activist.objects.get().since == date(2026, 1, 20)

    def test_leave_and_come_back_without_a_change(self, city):
        lasting.name_activist(
            actor=city.secretary, branch=city.branch, name="方小满", since=date(2026, 1, 15), phone="13807905555",
            applied_on=date(2025, 6, 1), job="云仓主管", sex="2", education="20",
        )
        content = services.export("activists", actor=city.secretary, reason="核对")
        row = importing.upload(
            content, file_name="导出.xlsx", sheet=Sheet.ACTIVISTS, actor=city.secretary, branch=city.branch
        )
        assert verdicts_of(row) == ["same"], errors_of(row)

    def test_are_all_written_or_none(self, city):
        good, bad = (("方小满", "2026-01-15", None, None, None), ("夏知秋", "2026-13-01", None, None, None))
        row = upload(city, Sheet.ACTIVISTS, good, bad)
        assert row.counts["errors"] == 1
        with pytest.raises(Conflict):
            importing.confirm(row, actor=city.secretary)
        assert not Activist.objects.exists()

    def test_obey_the_rules_of_the_roster(self, city):
        row = upload(city, Sheet.ACTIVISTS, ("方小满", "2026-01-15", "2026-02-01", None, None))
        assert "申请在前，确定在后" in errors_of(row)[0][0]

    def test_of_another_branch_stay_unsaid(self, city):
        lasting.name_activist(
            actor=city.staff, branch=city.other_branch, name="方小满", since=date(2026, 1, 15), phone="13807905555"
        )
        line = ("方小满", "2026-01-15", None, None, "13807905555")
        assert errors_of(upload(city, Sheet.ACTIVISTS, line)) == [[UNKNOWN]]
        [[told]] = errors_of(upload(city, Sheet.ACTIVISTS, line, actor=city.staff))
        assert told == "这个人是演示第一的积极分子"

    def test_who_is_a_member_here_is_told_so(self, city):
        roster.add(
            actor=city.secretary, branch=city.branch, name="方小满", phone="13807905555", joined_on=date(2020, 7, 1)
        )
        row = upload(city, Sheet.ACTIVISTS, ("方小满", "2026-01-15", None, None, "13807905555"))
        assert errors_of(row) == [["这个人已经在党员花名册上"]]

    def test_name_their_branch_where_the_committee_brings_in_all(self, city):
        heads = ("姓名", "列为积极分子时间", "所在党支部")
        rows = ("方小满", "2026-01-15", "万商红"), ("夏知秋", "2026-01-15", "演示第一")
        row = upload(city, Sheet.ACTIVISTS, *rows, heads=heads, actor=city.staff, branch=None)
        importing.confirm(row, actor=city.staff)
        assert set(Activist.objects.values_list("user__name", "branch")) == {
            ("方小满", city.branch.pk), ("夏知秋", city.other_branch.pk),
        }

    def test_what_the_portal_keeps_nothing_of_is_said(self, city, sign_in):
        heads = ("姓名", "列为积极分子时间", "培养联系人1", "考察次数")
        row = upload(city, Sheet.ACTIVISTS, ("方小满", "2026-01-15", "周映红", 3), heads=heads)
        page = sign_in(city.secretary).get(reverse("sheets:import", args=[row.pk])).content.decode()
        assert "这些列没有读，系统里没有地方记：培养联系人1、考察次数。" in page

    def test_a_row_with_a_number_alone_is_none(self, city):
        row = upload(
            city, Sheet.ACTIVISTS, (1, "方小满", "2026-01-15"), (2, None, None),
            heads=("序号", "姓名", "列为积极分子时间"),
        )
        assert row.counts["rows"] == 1

    def test_corrected_since_the_preview_are_not_written_over(self, city):
        activist = lasting.name_activist(
            actor=city.secretary, branch=city.branch, name="方小满", since=date(2026, 1, 15)
        )
        row = upload(city, Sheet.ACTIVISTS, ("方小满", "2026-01-20", None, None, None))
        lasting.correct_activist(activist, actor=city.staff, since=date(2026, 1, 10))
        with pytest.raises(Conflict):
            importing.confirm(row, actor=city.secretary)
        assert Activist.objects.get().since == date(2026, 1, 10)


class TestFloatingMembers:
    def test_of_both_directions_are_registered(self, city):
        importing.confirm(upload(city, Sheet.FLOATING, IN, OUT), actor=city.secretary)
        found = {row.user.name: row for row in Floating.objects.select_related("user")}
        coming, going = found["方小满"], found["周映红"]
        assert (coming.direction, coming.home, coming.wishes_transfer) == ("IN", "某县某党支部", True)
        assert (going.direction, going.home, going.place) == ("OUT", city.branch.name, "深圳")
        assert going.user == city.member and not Member.objects.filter(user=coming.user).exists()

    def test_leave_and_come_back_without_a_change(self, city):
        importing.confirm(upload(city, Sheet.FLOATING, IN, OUT), actor=city.secretary)
        content = services.export("floating", actor=city.secretary, reason="核对")
        row = importing.upload(
            content, file_name="导出.xlsx", sheet=Sheet.FLOATING, actor=city.secretary, branch=city.branch
        )
        assert verdicts_of(row) == ["same", "same"], errors_of(row)

    def test_that_are_there_are_corrected(self, city):
        lasting.float_out(
            city.member.member, actor=city.secretary, place="深圳", reason="务工", since=date(2026, 1, 15)
        )
        row = upload(city, Sheet.FLOATING, (*OUT[:5], "广州", None, "陆南枝", "不愿意"))
        importing.confirm(row, actor=city.secretary)
        floating = Floating.objects.get()
        assert (floating.place, floating.contact, floating.wishes_transfer) == ("广州", "陆南枝", False)

    @pytest.mark.parametrize(("line", "said"), [
        (("没有人", *OUT[1:]), "没有找到这个名字"), ((*IN[:2], None, *IN[3:]), "正式组织关系在哪里"),
        ((*OUT[:2], "某县某党支部", *OUT[3:]), "这一格请空着"), ((*OUT[:4], "2010-01-01", *OUT[5:]), "流出不能早于"),
        (("周映红", "外出", *OUT[2:]), "应为：流出、流入"), ((*OUT[:5], None, *OUT[6:]), "“现居/从业地”没有填"),
    ])
    def test_what_cannot_be_is_said(self, city, line, said):
        [[error]] = errors_of(upload(city, Sheet.FLOATING, line))
        assert said in error

    def test_two_members_of_one_name_are_not_guessed(self, city):
        roster.add(actor=city.secretary, branch=city.branch, name="周映红", joined_on=date(2020, 7, 1))
        [[error]] = errors_of(upload(city, Sheet.FLOATING, OUT))
        assert "两名党员叫这个名字" in error

    def test_a_member_of_another_branch_stays_unsaid(self, city):
        roster.add(
            actor=city.staff, branch=city.other_branch, name="方小满", phone="13807905555", joined_on=date(2020, 7, 1)
        )
        assert errors_of(upload(city, Sheet.FLOATING, IN)) == [[UNKNOWN]]


@pytest.mark.parametrize("sheet", LAYOUTS)
def test_the_blank_table_has_what_is_read_and_is_read_again(city, sign_in, sheet):
    heads = sheet_of(sign_in(city.secretary).get(f"/members/sheets/{sheet}/template/").content)[0]
    wanted = set(LAYOUTS[sheet].needed.values()) | set(LAYOUTS[sheet].added.values())
    assert wanted <= set(heads) and len(heads) == len(set(heads))
    with pytest.raises(ValidationError, match="表头下面没有人"):
        importing.upload(
            workbook(heads=heads), file_name="空白.xlsx", sheet=sheet, actor=city.secretary, branch=city.branch
        )


@pytest.mark.parametrize("sheet", [sheet for sheet in Sheet if sheet not in LAYOUTS])
def test_a_table_that_the_portal_only_writes_has_no_blank_one(city, sign_in, sheet):
    assert sign_in(city.secretary).get(f"/members/sheets/{sheet}/template/").status_code == 404


def test_a_renamed_head_is_read_under_its_new_name(city):
    titles = {column.field: column.title for column in columns_of("activists")} | {"since": "哪天确定的"}
    services.arrange("activists", actor=city.staff, titles=titles, shown=set(titles))
    row = upload(city, Sheet.ACTIVISTS, ("方小满", "2026-01-15"), heads=("姓名", "哪天确定的"))
    assert row.counts["new"] == 1


def test_a_head_that_means_something_else_on_the_way_in_is_refused(city):
    titles = {column.field: column.title for column in columns_of("activists")} | {"mentor_1": "身份证号"}
    with pytest.raises(ValidationError, match="指的是别的内容"):
        services.arrange("activists", actor=city.staff, titles=titles, shown=set(titles))


def test_the_page_reads_the_table_that_was_chosen(city, sign_in):
    client = sign_in(city.secretary)
    assert 'value="activists" selected' in client.get("/members/sheets/import/?sheet=activists").content.decode()
    file = SimpleUploadedFile("积极分子.xlsx", workbook(("方小满", "2026-01-15"), heads=("姓名", "确定日期")))
    sent = {"sheet": "activists", "branch": city.branch.pk, "file": file}
    page = client.post("/members/sheets/import/", sent, follow=True).content.decode()
    assert "入党积极分子花名册" in page and "方小满" in page and "新登记" in page
