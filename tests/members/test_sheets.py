"""The tables of the roster: their heads, what stands in them, and a roster on its way in (domain.md §7.4)."""

import re
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent
from branches.organisation.models import Post, Role
from members.dues import services as dues
from members.models import Activist, Column, Floating, Member, RosterImport
from members.roster import lasting
from members.roster import services as roster
from members.sheets import importing, services
from members.sheets.columns import columns_of
from members.sheets.models import Sheet
from members.sheets.reading import read
from members.sheets.writing import UNKNOWN
from tests.census_files import sheet_of
from tests.roster_files import workbook
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
NUMBER, OTHER_NUMBER = "360502190001010019", "360521190012310032"
MONTHS = "|".join(f"{n}月" for n in range(1, 13))
HEADS = {
    "members": "序号|姓名|性别|民族|籍贯|出生年月|学历|学位|身份证号|参加工作时间|入党时间|转正时间|党员类别|"
    "所在党支部|党内职务|工作单位及职务|从业类型|是否流动党员|流入/流出地|组织关系转入时间|联系电话|备注",
    "applicants": "序号|姓名|性别|民族|出生年月|学历|工作单位/从业情况|递交申请书时间|谈话时间|谈话人|备注",
    "activists": "序号|姓名|性别|民族|出生年月|学历|单位职务|申请入党时间|列为积极分子时间|备案时间|"
    "培养联系人1|培养联系人2|最近考察时间|考察次数|培训情况|预计列为发展对象时间|备注",
    "candidates": "列为发展对象时间|备案时间|介绍人1|介绍人2|政审结论|培训起止/学时|预审时间|支部大会时间|"
    "应到|实到|赞成|党委谈话|审批时间|预备期起|预备期止|转正申请|转正大会|转正审批|党龄起算",
    "floating": "姓名|方向|正式组织关系所在|流动原因|起始时间|现居/从业地|联系方式|联系人|参加组织生活次数|转接意向",
    "dues": f"序号|姓名|年度核定月额|{MONTHS}|缴至年月|补交|备注",
}


def table(city, sheet, actor=None, **words):
    """(heads, rows) of an export, below its three lines."""
    content = services.export(sheet, actor=actor or city.secretary, reason="年报核对", **words)
    lines = sheet_of(content)
    return list(lines[3]), [dict(zip(lines[3], row, strict=True)) for row in lines[4:]]


class TestHeads:
    @pytest.mark.parametrize("sheet", HEADS)
    def test_are_those_of_the_composite_in_its_order(self, city, sheet):
        heads, wanted = table(city, sheet)[0], HEADS[sheet].split("|")
        assert [head for head in heads if head in wanted] == wanted
        assert heads == wanted or sheet == "candidates"  # those come on top of what an activist's table has

    @pytest.mark.parametrize(("sheet", "head"), [(sheet, head) for sheet in HEADS for head in HEADS[sheet].split("|")])
    def test_each_stands_in_the_standard_columns(self, db, sheet, head):
        assert head in [column.title for column in columns_of(sheet)]

    def test_can_be_renamed_moved_and_left_out(self, city):
        titles = {column.field: column.title for column in columns_of("members")} | {"job": "单位"}
        shown = set(titles) - {"degree"}
        services.arrange("members", actor=city.staff, titles=titles, shown=shown, move=("phone", -1))
        heads = table(city, "members")[0]
        assert "单位" in heads and "工作单位及职务" not in heads and "学位" not in heads
        assert heads.index("联系电话") == heads.index("组织关系转入时间") - 1
        services.reset("members", actor=city.staff)
        assert table(city, "members")[0] == HEADS["members"].split("|")

    def test_two_columns_never_have_one_name(self, city):
        titles = {"job": "姓名"}
        with pytest.raises(ValidationError) as refused:
            services.arrange("members", actor=city.staff, titles=titles, shown=set())
        assert "job" in refused.value.message_dict
        assert Column.objects.get(sheet="members", field="job").title == "工作单位及职务"

    def test_may_exchange_their_names(self, city):
        titles = {"sex": "民族", "ethnicity": "性别"}
        services.arrange("members", actor=city.staff, titles=titles, shown={"sex", "ethnicity"})
        assert table(city, "members")[0] == ["姓名", "民族", "性别"]

    @pytest.mark.parametrize("title", ["备注：", "*备 注", "备注（选填）"])
    def test_that_read_alike_are_one_name(self, city, title):
        with pytest.raises(ValidationError) as refused:
            services.arrange("members", actor=city.staff, titles={"job": title}, shown=set())
        assert list(refused.value.message_dict) in (["job"], ["remark"])

    @pytest.mark.parametrize("title", ["手机号", "错误原因"])
    def test_never_mean_another_column_when_they_are_read(self, city, title):
        with pytest.raises(ValidationError) as refused:
            services.arrange("members", actor=city.staff, titles={"job": title}, shown=set())
        assert list(refused.value.message_dict) == ["job"]
        services.arrange("members", actor=city.staff, titles={"phone": "手机号"}, shown={"phone"})
        assert table(city, "members")[0] == ["姓名", "手机号"]

    @pytest.mark.parametrize("title", ["单\x0b位", "单\n位", "单\u200b位", "：", "  "])
    def test_are_words_on_one_line(self, city, title):
        with pytest.raises(ValidationError) as refused:
            services.arrange("members", actor=city.staff, titles={"job": title}, shown=set())
        assert list(refused.value.message_dict) == ["job"]

    def test_of_before_leave_as_text_whatever_stands_in_them(self, city):
        for field, title in (("job", "单\x0b位"), ("remark", "=1+1")):
            Column.objects.filter(sheet="members", field=field).update(title=title)
        book = load_workbook(BytesIO(services.export("members", actor=city.secretary, reason="年报核对")))
        heads = {cell.value: cell.data_type for cell in book.active[4]}
        assert heads["单位"] == heads["=1+1"] == "s"

    def test_of_what_must_be_filled_in_always_stand_in_the_blank_table(self, city):
        services.arrange("members", actor=city.staff, titles={}, shown={"phone"})
        [heads] = sheet_of(importing.template(Sheet.MEMBERS))
        assert heads == ("姓名", "入党时间", "党员类别", "联系电话")

    def test_of_the_standard_may_all_be_saved(self, city):
        for sheet in Sheet:
            services.arrange(sheet, actor=city.staff, titles={}, shown=set())

    def test_are_the_committees_to_arrange(self, city):
        for verb in (lambda: services.reset("members", actor=city.secretary),
                     lambda: services.arrange("members", actor=city.secretary, titles={}, shown=set())):
            with pytest.raises(PermissionDenied):
                verb()

    def test_an_arrow_saves_and_moves(self, city, sign_in):
        client, url = sign_in(city.staff), reverse("sheets:columns", args=["floating"])
        sent = {column.field: column.title for column in columns_of("floating")}
        sent |= {f"{field}-shown": "on" for field in list(sent)}
        assert client.post(url, {**sent, "move": "down:name"}).status_code == 302
        assert [column.field for column in columns_of("floating")][:2] == ["direction", "name"]


class TestContents:
    def test_numbers_leave_by_head_and_tail_only(self, city):
        roster.correct(city.member.member, actor=city.secretary, id_number=NUMBER)
        content = services.export("members", actor=city.secretary, reason="年报核对")
        words = " ".join(str(cell) for row in sheet_of(content) for cell in row)
        assert "3605**********0019" in words and "138****0001" in words
        assert NUMBER not in words and "13807900001" not in words

    def test_a_line_says_what_the_card_says(self, city):
        roster.correct(
            city.member.member, actor=city.secretary, id_number=NUMBER, ethnicity="15", education="30",
            regularised_on=date(2016, 7, 1), job="万商红仓库 主管", employment="FIRM",
        )
        line = next(row for row in table(city, "members")[1] if row["姓名"] == "周映红")
        assert (line["性别"], line["民族"], line["学历"], line["出生年月"]) == ("男", "土家族", "大学专科", "1900-01")
        assert (line["入党时间"], line["转正时间"]) == (datetime(2015, 7, 1), datetime(2016, 7, 1))
        assert (line["党员类别"], line["从业类型"]) == ("正式党员", "直播企业员工")
        assert line["是否流动党员"] == "否" and line["所在党支部"] == city.branch.name

    def test_offices_and_floating_stand_in_their_columns(self, city):
        words = {"place": "深圳", "reason": "务工", "since": date(2026, 1, 1)}
        lasting.float_out(city.officer.member, actor=city.secretary, **words)
        line = next(row for row in table(city, "members")[1] if row["姓名"] == "陆南枝")
        assert (line["党内职务"], line["是否流动党员"], line["流入/流出地"]) == ("组织委员", "是", "深圳")
        [line] = table(city, "floating")[1]
        assert (line["方向"], line["正式组织关系所在"], line["现居/从业地"]) == ("流出", city.branch.name, "深圳")

    def test_a_last_day_is_a_day(self, city):
        today = timezone.localdate()
        activist = lasting.name_activist(
            actor=city.secretary, branch=city.branch, name="申小禾", since=date(2026, 3, 1)
        )
        lasting.end_activist(activist, actor=city.secretary, until=today)
        away = lasting.float_out(city.officer.member, actor=city.secretary, place="深圳", reason="务工", since=today)
        lasting.end_floating(away, actor=city.secretary, until=today)
        assert len(table(city, "activists")[1]) == len(table(city, "floating")[1]) == 1
        line = next(row for row in table(city, "members")[1] if row["姓名"] == "陆南枝")
        assert (line["是否流动党员"], line["流入/流出地"]) == ("是", "深圳")

    def test_who_came_from_elsewhere_and_joined_is_not_floating(self, city):
        Floating.objects.create(
            user=city.member, branch=city.branch, direction="IN", home="某县某党支部", place="新余", reason="务工",
            since=date(2026, 1, 1),
        )
        line = next(row for row in table(city, "members")[1] if row["姓名"] == "周映红")
        assert (line["是否流动党员"], line["流入/流出地"]) == ("否", None)

    def test_dues_are_a_tick_a_month_and_never_an_income(self, city, time_machine_november):
        dues.record([city.member.member.pk], actor=city.secretary, through=date(2026, 3, 1))
        line = next(row for row in table(city, "dues")[1] if row["姓名"] == "周映红")
        assert [line[f"{n}月"] for n in (1, 3, 4, 12)] == ["√", "√", "—", "—"]
        assert line["缴至年月"] == "2026-03"

    def test_dues_ask_nothing_of_the_months_before_and_of_whom_nothing_is_asked(self, city, time_machine_november):
        roster.correct(city.member.member, actor=city.secretary, relation_on=date(2026, 3, 20))
        dues.approve(city.officer.member, actor=city.secretary, amount=0, version=0)
        lines = {row["姓名"]: row for row in table(city, "dues")[1]}
        assert [lines["周映红"][f"{n}月"] for n in (1, 2, 3)] == [None, None, "—"]
        assert {lines["陆南枝"][f"{n}月"] for n in range(1, 13)} == {None}

    def test_a_branch_takes_its_own_people_and_the_committee_one_branch_or_all(self, city):
        assert {row["姓名"] for row in table(city, "members")[1]} == {"程远山", "陆南枝", "周映红"}
        assert len(table(city, "members", city.staff)[1]) == 4
        assert [row["姓名"] for row in table(city, "members", city.staff, branch=city.other_branch)[1]] == ["江一舟"]
        assert table(city, "members", city.secretary, branch=city.other_branch)[1] == []

    def test_activists_are_in_their_table(self, city):
        lasting.name_activist(
            actor=city.secretary, branch=city.branch, name="申小禾", since=date(2026, 3, 1), applied_on=date(2025, 9, 1)
        )
        [line] = table(city, "activists")[1]
        assert (line["申请入党时间"], line["列为积极分子时间"]) == (datetime(2025, 9, 1), datetime(2026, 3, 1))

    def test_who_took_it_and_what_for_stands_on_top_and_in_the_records(self, city):
        content = services.export("members", actor=city.secretary, reason="年报核对")
        top = " ".join(row[0] for row in sheet_of(content)[:3])
        assert "程远山（支部书记）" in top and "用途：年报核对" in top and "共 3 人" in top
        event = AuditEvent.objects.get(kind="EXPORT")
        assert (event.subject_id, event.reason, event.facts["count"]) == ("members", "年报核对", 3)

    def test_of_several_branches_say_whose_row_it_is(self, city):
        for branch in (city.branch, city.other_branch):
            lasting.name_activist(actor=city.staff, branch=branch, name="方小满", since=date(2026, 1, 15))
        heads, rows = table(city, "activists", actor=city.staff)
        assert heads[-1] == "所在党支部"
        assert [row["所在党支部"] for row in rows] == [city.branch.name, city.other_branch.name]
        assert "所在党支部" not in table(city, "activists", actor=city.staff, branch=city.branch)[0]
        content = services.export("activists", actor=city.staff, reason="核对")
        words = {"sheet": Sheet.ACTIVISTS, "actor": city.staff, "branch": None}
        assert importing.upload(content, file_name="导出.xlsx", **words).counts["same"] == 2

    def test_whose_people_they_are_stands_on_top(self, city):
        def top(actor, **words):
            first = sheet_of(services.export("members", actor=actor, reason="年报核对", **words))[0][0]
            return first, AuditEvent.objects.filter(kind="EXPORT").latest("id").facts["branches"]

        own, elsewhere = city.branch.pk, city.other_branch.pk
        said, branches = top(city.secretary)
        assert "· 万商红 ·" in said and branches == [own]
        said, branches = top(city.staff)
        assert "· 全部支部 ·" in said and branches is None
        said, branches = top(city.staff, branch=city.other_branch)
        assert "· 演示第一 ·" in said and branches == [elsewhere]
        Post.objects.create(user=city.officer, role=Role.DEPUTY, branch=city.other_branch, since=date(2024, 8, 1))
        said, branches = top(city.officer)
        assert "· 万商红、演示第一 ·" in said and branches == [own, elsewhere]

    def test_only_the_roster_that_one_handles_leaves(self, city, sign_in):
        Post.objects.create(user=city.secretary, role=Role.PUBLICITY, branch=city.other_branch, since=date(2024, 8, 1))
        assert {row["所在党支部"] for row in table(city, "members")[1]} == {city.branch.name}
        page = sign_in(city.secretary).get(reverse("sheets:export", args=["members"])).content.decode()
        assert "演示第一" not in page and "本支部" in page

    @pytest.mark.parametrize(("name", "args"), [("sheets:export", ["members"]), ("meetings:export", [])])
    def test_the_mistake_that_stays_on_the_page_says_when_it_is_over(self, city, sign_in, name, args):
        answer = sign_in(city.staff).post(reverse(name, args=args), {"reason": ""})
        assert answer.status_code == 400 and "文件下载下来了，这一句就不用再管" in answer.content.decode()

    @pytest.mark.parametrize("reason", ["", " x ", "长" * 300])
    def test_nothing_leaves_without_a_purpose(self, city, reason):
        with pytest.raises(ValidationError):
            services.export("members", actor=city.secretary, reason=reason)

    @pytest.mark.parametrize("who", ["member", "anchor", "auditor", "clerk", "stranger", "admin"])
    def test_nobody_else_takes_it(self, city, who):
        with pytest.raises(PermissionDenied):
            services.export("members", actor=getattr(city, who), reason="年报核对")

    def test_no_cell_is_a_formula(self, city):
        roster.correct(city.member.member, actor=city.secretary, remark="=1+1", job="@SUM(A1)")
        book = load_workbook(BytesIO(services.export("members", actor=city.secretary, reason="年报核对")))
        assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "d"}


@pytest.fixture
def time_machine_november():
    """Dues of the year 2026 are asked about: the tests' clock stands in it, or is put there."""
    time_machine = pytest.importorskip("time_machine")
    with time_machine.travel(datetime(2026, 11, 15, 9), tick=False):
        yield


def upload(city, *rows, actor=None, branch=..., **words):
    branch = city.branch if branch is ... else branch
    content = workbook(*rows, **words)
    return importing.upload(content, file_name="花名册.xlsx", actor=actor or city.secretary, branch=branch)


def errors_of(row):
    return [line["errors"] for line in importing.kept(row)["lines"]]


def verdicts_of(row):
    return [line["verdict"] for line in importing.kept(row)["lines"]]


def end_offices(user):
    """Since yesterday; the request of tomorrow reads the posts anew."""
    Post.objects.filter(user=user).update(until=timezone.localdate() - timedelta(days=1))
    return type(user).objects.get(pk=user.pk)


class TestImport:
    def test_is_looked_at_first_and_written_when_confirmed(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01", NUMBER, "13807905555", "汉"))
        assert row.counts == {"new": 1, "changed": 0, "same": 0, "rows": 1, "errors": 0}
        assert not Member.objects.filter(user__name="方小满").exists()
        importing.confirm(row, actor=city.secretary)
        member = Member.objects.get(user__name="方小满")
        assert (member.branch, member.standing, member.joined_on) == (city.branch, "FULL", date(2020, 7, 1))
        assert member.user.id_number_mask == "3605**********0019" and member.user.profile.ethnicity == "01"
        read, written = AuditEvent.objects.filter(kind="IMPORT").order_by("id")
        assert (read.actor, read.facts["what"], read.facts["rows"]) == (city.secretary, "read", 1)
        assert (written.facts["what"], written.facts["new"]) == ("written", 1)

    def test_is_all_or_nothing(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01"), ("夏知秋", "正式", "2020年13月1日"))
        assert row.counts["errors"] == 1 and row.counts["new"] == 1
        with pytest.raises(Conflict):
            importing.confirm(row, actor=city.secretary)
        assert not Member.objects.filter(user__name="方小满").exists()

    def test_rows_come_back_with_their_reasons(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01"), ("夏知秋", "群众", "", "36050219000229002X"))
        *_, heads, good, bad = sheet_of(importing.rejected_workbook(row, actor=city.secretary))
        assert heads[-1] == "错误原因" and good[-1] is None
        assert "“党员类别”读到的是“群众”" in bad[-1] and "“入党时间”没有填" in bad[-1] and "没有这一天" in bad[-1]

    def test_the_rules_of_the_roster_hold_in_the_preview(self, city):
        row = upload(
            city, ("方小满", "预备", "2026-06-01", "2027-06-01"), heads=("姓名", "党员类别", "入党时间", "转正时间")
        )
        assert "还没有到" in errors_of(row)[0][0]

    def test_an_exported_table_comes_back_without_a_change(self, city):
        roster.correct(city.member.member, actor=city.secretary, id_number=NUMBER, education="20", job="仓库")
        content = services.export("members", actor=city.secretary, reason="核对")
        row = importing.upload(content, file_name="导出.xlsx", actor=city.secretary, branch=city.branch)
        assert row.counts == {"new": 0, "changed": 0, "same": 3, "rows": 3, "errors": 0}, errors_of(row)

    def test_renamed_heads_are_read(self, city):
        titles = {column.field: column.title for column in columns_of("members")} | {"joined_on": "入党那天"}
        services.arrange("members", actor=city.staff, titles=titles, shown=set(titles))
        row = upload(city, ("方小满", "正式", "2020-07-01"), heads=("姓名", "党员类别", "入党那天"))
        assert row.counts["new"] == 1

    def test_a_changed_cell_changes_and_an_empty_one_does_not(self, city):
        roster.correct(city.member.member, actor=city.secretary, job="仓库", education="20")
        heads = ("姓名", "党员类别", "入党时间", "工作单位及职务", "学历")
        row = upload(city, ("周映红", "正式", "2015-07-01", "云仓 主管", None), heads=heads)
        assert row.counts["changed"] == 1
        importing.confirm(row, actor=city.secretary)
        assert (city.member.profile.job, city.member.profile.education) == ("云仓 主管", "20")

    @pytest.mark.parametrize("line", [
        ("江一舟", "正式", "2016-07-01", NUMBER), ("方小满", "正式", "2020-07-01", NUMBER),
        ("方小满", "正式", "2020-07-01", None, "13807900002"), ("陆南枝", "正式", "2015-07-01", NUMBER),
        ("陆南枝", "正式", "2015-07-01", None, "13807900002"), ("林小禾", "正式", "2020-07-01", NUMBER, "13807900002"),
    ])
    def test_a_branch_is_never_told_of_another_ones_people(self, city, line):
        """A member elsewhere, an anchor, by their own name or an invented one: always the same sentence."""
        roster.correct(city.other_secretary.member, actor=city.staff, id_number=NUMBER)
        assert errors_of(upload(city, line)) == [[UNKNOWN]]

    def test_the_committee_is_told_which_branch_it_is_and_what_differs(self, city):
        roster.correct(city.other_secretary.member, actor=city.staff, id_number=NUMBER)
        lines = ("江一舟", "正式", "2016-07-01", NUMBER), ("方小满", "正式", "2020-07-01", None, "13807900002")
        [elsewhere], [named] = errors_of(upload(city, *lines, actor=city.staff))
        assert elsewhere == "这个人在演示第一的名册上，转组织关系请办转接" and "另一个名字" in named

    def test_the_committee_is_told_of_a_namesake_of_the_same_day_elsewhere(self, city):
        roster.add(actor=city.staff, branch=city.other_branch, name="方小满", joined_on=date(2020, 7, 1))
        line = ("方小满", "正式", "2020-07-01")
        [[told]] = errors_of(upload(city, line, actor=city.staff))
        assert told.startswith("演示第一有同名、同一天入党的党员")
        assert errors_of(upload(city, line)) == [[]]  # a branch hears nothing of another one's
        assert errors_of(upload(city, (*line, NUMBER), actor=city.staff)) == [[]]

    def test_who_serves_in_both_branches_is_told_too(self, city):
        Post.objects.create(user=city.secretary, role=Role.DEPUTY, branch=city.other_branch, since=date(2024, 8, 1))
        roster.correct(city.other_secretary.member, actor=city.staff, id_number=NUMBER)
        [[error]] = errors_of(upload(city, ("江一舟", "正式", "2016-07-01", NUMBER)))
        assert "演示第一" in error

    def test_an_anchor_who_joins_is_taken_up_by_name_and_number(self, city):
        row = upload(city, ("林小禾", "预备", "2026-06-01", None, "13807900002"))
        importing.confirm(row, actor=city.secretary)
        assert Member.objects.get(user=city.anchor).branch == city.branch

    def test_what_was_corrected_since_the_preview_is_not_written_over(self, city):
        heads = ("姓名", "党员类别", "入党时间", "工作单位及职务")
        row = upload(city, ("周映红", "正式", "2015-07-01", "云仓"), heads=heads)
        roster.correct(city.member.member, actor=city.secretary, job="仓库主管")
        with pytest.raises(Conflict) as refused:
            importing.confirm(row, actor=city.secretary)
        assert "登记有了变化" in refused.value.message
        city.member.profile.refresh_from_db()
        assert city.member.profile.job == "仓库主管"

    def test_who_was_registered_since_the_preview_is_not_registered_twice(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01"))
        roster.add(actor=city.secretary, branch=city.branch, name="方小满", joined_on=date(2020, 7, 1))
        with pytest.raises(Conflict):
            importing.confirm(row, actor=city.secretary)
        assert Member.objects.filter(user__name="方小满").count() == 1

    def test_heads_renamed_since_the_preview_change_nothing(self, city):
        titles = {column.field: column.title for column in columns_of("members")} | {"joined_on": "入党那天"}
        services.arrange("members", actor=city.staff, titles=titles, shown=set(titles))
        row = upload(city, ("方小满", "正式", "2020-07-01", "2021-07-01"),
                     heads=("姓名", "党员类别", "入党那天", "转正时间"))
        services.reset("members", actor=city.staff)
        importing.confirm(row, actor=city.secretary)
        member = Member.objects.get(user__name="方小满")
        assert (member.joined_on, member.regularised_on) == (date(2020, 7, 1), date(2021, 7, 1))

    def test_two_rows_without_a_number_are_never_one_person_in_silence(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01"), ("方小满", "正式", "2020-07-01"))
        assert verdicts_of(row)[0] == "new" and errors_of(row) == [[], ["和第 3 行是同一个人"]]

    def test_numbers_never_go_to_the_namesake_above(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01"), ("方小满", "正式", "2020-07-01", NUMBER))
        assert errors_of(row) == [[], ["和第 3 行是同一个人"]]

    def test_namesakes_with_numbers_of_their_own_are_two_people(self, city):
        lines = [("方小满", "正式", "2020-07-01", number) for number in (NUMBER, OTHER_NUMBER)]
        importing.confirm(upload(city, *lines), actor=city.secretary)
        assert Member.objects.filter(user__name="方小满").count() == 2
        assert verdicts_of(upload(city, *reversed(lines))) == ["same", "same"]

    def test_another_number_is_another_person(self, city):
        roster.correct(city.member.member, actor=city.secretary, id_number=NUMBER)
        row = upload(city, ("周映红", "正式", "2015-07-01", OTHER_NUMBER, "13807905555"))
        assert verdicts_of(row) == ["new"]

    def test_what_was_not_read_is_said(self, city, sign_in):
        others = {
            "演示第一": [("姓名", "党员类别", "入党时间")], "缺一列": [("姓名", "党员类别", "民族")],
            "说明": [("填表说明",)],
        }
        heads = ("姓名", "党员类别", "入党时间", "转正日", "党内职务")
        content = workbook(("周映红", "正式", "2015-07-01", "2016-07-01", "书记"), heads=heads, others=others)
        row = importing.upload(content, file_name="x.xlsx", actor=city.secretary, branch=city.branch)
        page = sign_in(city.secretary).get(reverse("sheets:import", args=[row.pk])).content.decode()
        assert "这些列没有读，系统里没有地方记：转正日。" in page and "系统自己填的列，不从表里读：党内职务。" in page
        assert "这几张工作表没有读：演示第一、缺一列。" in page

    def test_changes_are_shown_old_and_new(self, city, sign_in):
        roster.correct(city.member.member, actor=city.secretary, regularised_on=date(2016, 7, 1), job="仓库")
        row = upload(
            city, ("周映红", "预备", "2015-07-01", "云仓", NUMBER),
            heads=("姓名", "党员类别", "入党时间", "工作单位及职务", "身份证号"),
        )
        page = sign_in(city.secretary).get(reverse("sheets:import", args=[row.pk])).content.decode()
        shown = " ".join(re.sub(r"<[^>]+>", "", page).split())
        for said in ("党员类别：正式党员 → 预备党员", "转正时间：2016-07-01 → 没有", "工作单位及职务：仓库 → 云仓",
                     "身份证号：没有 → 3605**********0019", "性别：未知 → 男"):
            assert said in shown
        assert NUMBER not in page

    def test_goes_with_the_office(self, city, sign_in):
        row = upload(city, ("夏知秋", "群众", "2020-07-01"))
        client, former = sign_in(city.secretary), end_offices(city.secretary)
        for name in ("import", "rejected"):
            assert client.get(reverse(f"sheets:{name}", args=[row.pk])).status_code == 404
        for name in ("confirm", "discard"):
            assert client.post(reverse(f"sheets:{name}", args=[row.pk])).status_code == 404
        for verb in (importing.confirm, importing.discard, importing.rejected_workbook):
            with pytest.raises(PermissionDenied):
                verb(row, actor=former)

    def test_of_all_branches_stays_the_committees(self, city, sign_in):
        heads = ("姓名", "党员类别", "入党时间", "所在党支部")
        row = upload(city, ("方小满", "正式", "2020-07-01", "演示第一"), actor=city.staff, branch=None, heads=heads)
        end_offices(city.staff)
        Post.objects.create(user=city.staff, role=Role.SECRETARY, branch=city.branch, since=date(2024, 8, 1))
        client = sign_in(city.staff)
        assert client.get(reverse("sheets:import", args=[row.pk])).status_code == 404
        assert "接着看" not in client.get(reverse("sheets:import_new")).content.decode()

    def test_what_comes_back_says_who_took_it_and_is_read_again(self, city):
        row = upload(city, ("夏知秋", "群众", "2020-07-01", NUMBER))
        content = importing.rejected_workbook(row, actor=city.secretary)
        top = " ".join(line[0] for line in sheet_of(content)[:3])
        assert "万商红" in top and "程远山（支部书记）" in top and "花名册.xlsx" in top
        event = AuditEvent.objects.get(kind="EXPORT")
        assert (event.actor, event.subject_id, event.facts["count"]) == (city.secretary, str(row.pk), 1)
        again = importing.upload(content, file_name="改.xlsx", actor=city.secretary, branch=city.branch)
        assert errors_of(again) == errors_of(row)

    def test_is_read_before_anybody_has_to_wait(self, city, monkeypatch):
        depths = []
        monkeypatch.setattr(
            importing, "read", lambda *given: depths.append(len(connection.savepoint_ids)) or read(*given)
        )
        upload(city, ("方小满", "正式", "2020-07-01"))
        assert depths == [len(connection.savepoint_ids)]

    def test_the_committee_brings_in_several_branches_at_once(self, city):
        heads = ("姓名", "党员类别", "入党时间", "所在党支部")
        rows = ("方小满", "正式", "2020-07-01", "万商红"), ("夏知秋", "正式", "2020-07-01", city.other_branch.name)
        row = upload(city, *rows, actor=city.staff, branch=None, heads=heads)
        importing.confirm(row, actor=city.staff)
        found = dict(Member.objects.filter(user__name__in=("方小满", "夏知秋")).values_list("user__name", "branch"))
        assert found == {"方小满": city.branch.pk, "夏知秋": city.other_branch.pk}

    @pytest.mark.parametrize("day", ["3020-01-01", "1800年1月1日"])
    def test_a_year_that_cannot_be_is_the_fault_that_is_named(self, city, day):
        assert errors_of(upload(city, ("方小满", "正式", day))) == [[f"“入党时间”读到的是“{day}”，年份不对"]]

    def test_an_officer_writes_no_row_of_another_branch(self, city):
        heads = ("姓名", "党员类别", "入党时间", "所在党支部")
        row = upload(city, ("方小满", "正式", "2020-07-01", "演示第一"), heads=heads)
        assert row.counts["errors"] == 1
        for branch in (city.other_branch, None):
            with pytest.raises(PermissionDenied):
                upload(city, ("方小满", "正式", "2020-07-01"), branch=branch)

    def test_a_branch_that_is_none_is_told_with_what_else_is_wrong(self, city):
        heads = ("姓名", "党员类别", "入党时间", "所在党支部")
        row = upload(city, ("方小满", "群众", "2020-07-01", "没有的"), ("夏知秋", "正式", "x", "=A1"), heads=heads)
        [wrong, _], unread = errors_of(row)[0], errors_of(row)[1]
        assert "党员类别" in wrong and errors_of(row)[0][1] == "没有“没有的”这个支部"
        assert len(unread) == 2 and not any("没有写" in one for one in unread)

    def test_a_people_that_is_none_is_told_without_the_list_of_all(self, city):
        [[error]] = errors_of(upload(city, ("方小满", "正式", "2020-07-01", None, None, "赣族")))
        assert error == "“民族”读到的是“赣族”，没有这个民族，要写成汉族、畲族这样"

    def test_two_rows_of_one_person_are_refused(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01", NUMBER), ("方大满", "正式", "2020-07-01", NUMBER))
        assert row.counts["errors"] == 1 and "同一个身份证号" in errors_of(row)[1][0]

    def test_a_formula_is_not_read(self, city):
        row = upload(city, ("方小满", "正式", "=TODAY()"))
        assert errors_of(row) == [["“入党时间”是公式，请填写内容"]]

    @pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"x" * (2 * 2**20 + 1)])
    def test_what_is_no_workbook_is_refused_in_one_sentence(self, city, content):
        with pytest.raises(ValidationError) as refused:
            importing.upload(content, file_name="x.xlsx", actor=city.secretary, branch=city.branch)
        assert "file" in refused.value.message_dict

    def test_what_was_read_is_sealed_and_goes_when_it_is_done(self, city):
        row = upload(city, ("方小满", "正式", "2020-07-01"))
        assert "方小满" not in row.sealed
        assert importing.confirm(row, actor=city.secretary).sealed == ""
        with pytest.raises(Conflict):
            importing.confirm(row, actor=city.secretary)

    def test_a_second_upload_gives_up_the_first(self, city):
        first = upload(city, ("方小满", "正式", "2020-07-01"))
        upload(city, ("方小满", "正式", "2020-07-01"))
        first.refresh_from_db()
        assert first.state == RosterImport.State.DISCARDED and first.sealed == ""

    def test_a_second_upload_leaves_alone_what_is_written(self, city):
        first = importing.confirm(upload(city, ("方小满", "正式", "2020-07-01")), actor=city.secretary)
        upload(city, ("夏知秋", "正式", "2020-07-01"))
        first.refresh_from_db()
        assert first.state == RosterImport.State.DONE

    def test_an_activist_who_joins_is_one_no_more(self, city):
        lasting.name_activist(
            actor=city.secretary, branch=city.branch, name="方小满", since=date(2025, 3, 1), id_number=NUMBER
        )
        importing.confirm(upload(city, ("方小满", "预备", "2026-06-01", NUMBER)), actor=city.secretary)
        assert Activist.objects.get(user__name="方小满").until == date(2026, 6, 1)

    def test_nobody_else_opens_what_somebody_read_in(self, city, sign_in):
        row = upload(city, ("方小满", "正式", "2020-07-01"))
        page = sign_in(city.secretary).get(reverse("sheets:import", args=[row.pk])).content.decode()
        assert "方小满" in page and "新登记" in page
        assert sign_in(city.staff).get(reverse("sheets:import", args=[row.pk])).status_code == 404

    def test_sheet_codes_are_those_of_the_columns(self, city):
        assert {sheet.value for sheet in Sheet} == set(Column.objects.values_list("sheet", flat=True))
