"""The roll-up of all branches, its files, and the template that staff edit."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent
from branches.admission.models import ReportForm
from branches.organisation.models import Branch
from branches.reports import periods, rollup, services, templates, word, workbook
from branches.reports.figures import Figure, figure_kinds
from branches.reports.models import Report, ReportFigure, WordTemplate
from notices.models import Notice
from tests.api_client import Caller
from tests.factories import open_report
from tests.statements import statements
from tests.word_files import a_template, words_of
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
OCTOBER = periods.parse("2026-10")
ASKED = {"form": "month", "period": "2026-10"}


@pytest.fixture
def filed(city):
    """万商红 filed August and October, 演示第一 owes October."""
    for period in ("2026-08", "2026-10"):
        services.file(open_report(city.branch, period), actor=city.secretary, remarks=f"=1+1 {period}")
    open_report(city.other_branch, "2026-10")


def rolled(period=OCTOBER):
    return rollup.read(period, rollup.branches_of(period), rollup.columns_of(period))


class TestRollUp:
    def test_a_branch_stands_against_its_own_periods(self, city, filed):
        mine, theirs = rolled().rows
        assert (mine.report.state, theirs.report.state) == ("filed", "open")
        assert [period.code for period in mine.figures] == ["2026-08", "2026-10"] and not theirs.figures
        assert mine.figure(OCTOBER, "linked") == Figure(1, 1) and theirs.figure(OCTOBER, "linked") is None

    def test_what_is_returned_is_not_in_it(self, city, filed):
        report = Report.objects.get(branch=city.branch, period="2026-10")
        services.give_back(report, actor=city.staff, reason="少一条。")
        assert OCTOBER not in rolled().rows[0].figures and rolled().total("linked") is None

    def test_branches_stand_by_their_founding_and_no_figure_orders_them(self, city, filed):
        Branch.objects.filter(pk=city.branch.pk).update(established_on=date(2025, 1, 1))
        assert [row.branch for row in rolled().rows] == [city.other_branch, city.branch]
        assert not {row.branch for row in rolled(periods.parse("2024-12")).rows} & {city.branch}

    def test_the_sum_by_the_database_is_that_of_the_rows(self, city, filed):
        services.file(Report.objects.get(branch=city.other_branch), actor=city.other_secretary)
        found = rolled()
        assert rollup.totals(OCTOBER) == {column.code: found.total(column.code) for column in found.columns}
        assert rollup.totals(OCTOBER)["linked"] == Figure(1, 2)

    def test_null_adds_nothing_and_alone_is_no_nought(self, city, filed):
        ReportFigure.objects.filter(code="visits").update(value=None)
        assert rolled().total("visits") is None and "visits" not in rollup.totals(OCTOBER)
        assert rolled().total("registered") == Figure(0)

    def test_a_figure_of_the_past_keeps_its_column(self, city, filed):
        ReportFigure.objects.filter(code="visits").update(code="old", title="老项目", value=7)
        last = rolled().columns[-1]
        assert (last.code, last.title, last.group) == ("old", "老项目", "以前的项目")
        assert rolled().total("old") == Figure(7)

    def test_it_costs_the_same_for_many_branches(self, city, filed):
        counted = [len(statements(lambda: Answer(rolled())))]
        Branch.objects.bulk_create(
            Branch(committee=city.committee, name=f"第{n}支部", short_name=f"第{n}", established_on=date(2025, 1, 1))
            for n in range(200)
        )
        counted.append(len(statements(lambda: Answer(rolled()))))
        assert counted == [4, 4]


class Answer:
    status_code = 200

    def __init__(self, rolled):
        self.rolled = rolled


class TestPage:
    def test_it_shows_one_group_with_the_totals(self, city, filed, sign_in):
        page = sign_in(city.staff).get(reverse("reports:rollup"), {**ASKED, "group": "服务主播"}).content.decode()
        assert "有联系党员的主播" in page and "支部党员大会" not in page
        assert "待上报" in page and "全市合计" in page and "本支部各期：8 月 1、10 月 1" in page

    def test_nothing_asked_is_the_latest_month(self, city, sign_in):
        assert sign_in(city.staff).get(reverse("reports:rollup")).context["period"].form == "month"

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"period": "2026-13"}, "期别要写成"), ({"period": "1999-01"}, "期别只有 2000 年到 2099 年的"),
            ({"form": "event", "period": "2026-10-12"}, "没有这个选项"), ({"period": "<b>"}, "&lt;b&gt;"),
            ({"period": "9" * 40}, "期别要写成"), ({"period": "a\0b"}, "期别要写成"),
        ],
    )
    def test_what_cannot_be_read_is_said_and_kept(self, city, sign_in, asked, said):
        answer = sign_in(city.staff).get(reverse("reports:rollup"), asked)
        assert answer.status_code == 400 and said in answer.content.decode()
        assert sign_in(city.staff).get(reverse("reports:rollup_excel"), asked).status_code == 404
        assert Caller(city.staff).fetch("reports/rollup/", **asked).status_code == 400

    def test_another_form_shows_its_own_latest_period(self, city, sign_in):
        asked = {"form": "quarter", "period": "2026-10"}
        page = sign_in(city.staff).get(reverse("reports:rollup"), asked)
        assert page.status_code == 200 and page.context["period"].form == "quarter"
        assert sign_in(city.staff).get(reverse("reports:rollup_excel"), asked).status_code == 404
        refused = Caller(city.staff).fetch("reports/rollup/", **asked)
        assert refused.status_code == 400 and "这不是季报的期别" in refused.content.decode()

    def test_which_period_is_shown_is_said_where_nobody_chose_it(self, city, sign_in):
        client, url = sign_in(city.staff), reverse("reports:rollup")
        page = client.get(url, {"form": "quarter", "period": "2026-10"})
        assert f"显示最近一期：{page.context['period'].label}<" in page.content.decode()
        assert "显示最近一期" not in client.get(url, {"form": "quarter", "period": "2026-Q3"}).content.decode()

    def test_a_period_without_any_report_says_so(self, city, sign_in):
        client, url = sign_in(city.staff), reverse("reports:rollup")
        page = client.get(url, ASKED).content.decode()
        assert "这一期还没有报表" in page and "全市合计" not in page and "怎么算的" not in page
        open_report(city.branch)
        page = client.get(url, ASKED).content.decode()
        assert "这一期还没有报表" not in page and "全市合计" in page

    def test_the_bars_are_explained_where_there_are_any(self, city, filed, sign_in):
        client, url = sign_in(city.staff), reverse("reports:rollup")
        legend = "小柱是这个支部各期的数，从早到晚，红的是这一期"
        assert legend in client.get(url, {**ASKED, "group": "服务主播"}).content.decode()
        assert legend not in client.get(url, {**ASKED, "group": "组织生活"}).content.decode()  # noughts alone
        assert legend not in client.get(url, {"form": "month", "period": "2026-08"}).content.decode()

    def test_a_unit_stands_beside_the_title_and_not_in_it(self):
        assert not [kind.title for kind in figure_kinds() if kind.title.endswith(kind.unit)]

    def test_a_form_that_is_not_admitted_is_said(self, city, sign_in):
        asked = {"form": "quarter", "period": "2026-Q3"}
        assert "支部工作季报还没有准入" in sign_in(city.staff).get(reverse("reports:rollup"), asked).content.decode()
        ReportForm.objects.update(state="approved")
        assert "还没有准入" not in sign_in(city.staff).get(reverse("reports:rollup"), asked).content.decode()

    def test_the_api_says_the_same(self, city, filed):
        answer = Caller(city.staff).fetch("reports/rollup/", **ASKED).json()
        mine, theirs = answer["branches"]
        assert (answer["form"], answer["period"]) == ("month", "2026-10") and theirs["figures"] == []
        assert {one["code"]: one["denominator"] for one in mine["figures"]}["linked"] == 1
        assert [one["period"] for one in mine["earlier"]] == ["2026-08"]
        assert Caller(city.secretary).fetch("reports/rollup/").status_code == 403


class TestExcel:
    def test_heads_types_and_no_formula(self, city, filed):
        book = load_workbook(BytesIO(workbook.of(rolled())))
        assert book.sheetnames == ["汇总", "各支部以前各期", "怎么算的"]
        heads, mine, theirs, totals = list(book["汇总"].iter_rows(min_row=3, values_only=True))
        assert heads[:3] == ("支部", "情况", "上报日期") and "有联系党员的主播的总数（名）" in heads
        place = heads.index("有联系党员的主播（名）")
        assert mine[place:place + 2] == (1, 1) and theirs[place] is None and totals[place] == 1
        filed_at = Report.objects.get(branch=city.branch, period="2026-10").filed_at
        assert mine[2].date() == timezone.localdate(filed_at)
        assert mine[-1] == "=1+1 2026-10"
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert kinds == {"s", "n", "d"}
        assert [row[1] for row in book["各支部以前各期"].iter_rows(min_row=3, values_only=True)] == [
            "2026 年 8 月", "2026 年 10 月",
        ]


def packed(parts):
    made = BytesIO()
    with ZipFile(made, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


class TestWord:
    def test_one_report_is_a_file_of_its_branch_alone(self, city, filed, sign_in):
        report = Report.objects.get(branch=city.branch, period="2026-10")
        said = " ".join(words_of(sign_in(city.secretary).get(reverse("reports:word", args=[report.pk])).content))
        assert "2026 年 10 月支部工作月报" in said and "万商红" in said and "汇总" not in said
        assert city.other_branch.name not in said and "合计" not in said

    def test_the_standard_template_holds_every_branch_and_figure(self, city, filed):
        said = words_of(word.render(templates.standard(), word.context_of(rolled())))
        assert "2026 年 10 月支部工作月报汇总" in said
        assert "仙女湖区万商红直播行业党支部（已上报）" in said and "渝水区演示第一党支部（待上报）" in said
        assert "想说的话：=1+1 2026-10" in said and "有联系党员的主播（名）" in said and "1 / 1" in said
        assert not [text for text in said if "{{" in text or "{%" in text]

    def test_what_somebody_typed_is_text_and_not_markup(self, city, filed):
        Report.objects.filter(period="2026-10", branch=city.branch).update(remarks="<w:p/> & {{ title }} \x0b好")
        said = words_of(word.render(templates.standard(), word.context_of(rolled())))
        assert "想说的话：<w:p/> & {{ title }} 好" in said

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{{ titel }}", "“titel”系统不认识"),
            ("{% for b in branches %}{{ b.nmae }}{% endfor %}", "“nmae”系统不认识"),
            ("{{ title", "写得不完整"), ("{% for b in branches %}", "写得不完整"),
            ("{{ title.upper() }}", "只能放列出来的词"), ("{{ title|center(99999999) }}", "标记写得不完整"),
            ("{{ 'a' * 99999999 }}", "只能放列出来的词"), ("{{ title.__class__ }}", "只能放列出来的词"),
            ("{% for a in range(9) %}{% endfor %}", "只能放列出来的词"), ("{% include 'x' %}", "只能放列出来的词"),
            ("{% for a in how %}" * 3 + "{% endfor %}" * 3, "最多套两层"),
            ("{% set a = 1 %}", "只能放列出来的词"), ("{% macro a() %}{% endmacro %}", "只能放列出来的词"),
        ],
    )
    def test_a_template_that_cannot_be_used_is_said_in_one_sentence(self, city, text, said):
        with pytest.raises(ValidationError, match=said):
            templates.replace(actor=city.staff, content=a_template(text), name="x.docx")
        assert not WordTemplate.objects.exists()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "不是 Word 文件"), (b"PK\x03\x04 no", "不是 Word 文件"), (packed({"a.txt": "a"}), "不是 Word 文件"),
            (b"x" * (word.LARGEST + 1), "文件太大"),
            (packed({"[Content_Types].xml": "", "word/document.xml": "<a/>", "word/vbaProject.bin": "x"}), "宏"),
            (packed({"[Content_Types].xml": "", "word/document.xml": "a" * (word.TEXT + 1)}), "文字太多"),
            (packed({"[Content_Types].xml": "", "word/document.xml": "<!DOCTYPE a>"}), "不是 Word 文件"),
            (packed({"[Content_Types].xml": "", "word/document.xml": "<a>"}), "标记没有配成对|不是 Word 文件"),
            (packed({"[Content_Types].xml": "", "word/document.xml": "", "word/_rels/a.rels":
                     '<a TargetMode="External"/>'}), "指向外面"),
        ],
    )
    def test_a_file_that_is_no_template_is_said(self, city, content, said):
        with pytest.raises(ValidationError, match=said):
            templates.replace(actor=city.staff, content=content, name="x.docx")

    def test_the_committees_own_holds_until_it_is_restored(self, city, filed, sign_in):
        client, sent = sign_in(city.staff), SimpleUploadedFile("本单位.docx", a_template("共 {{ filed }} 份"))
        client.post(reverse("reports:template"), {"file": sent})
        assert "本单位.docx" in client.get(reverse("reports:template")).content.decode()
        assert words_of(client.get(reverse("reports:rollup_word"), ASKED).content) == ["共 1 份"]
        client.post(reverse("reports:template_restore"))
        assert not WordTemplate.objects.exists()
        assert client.get(reverse("reports:template_current")).content == templates.standard()
        kept = AuditEvent.objects.filter(subject_type="word_template").order_by("pk")
        assert [event.reason for event in kept] == ["换了汇总的 Word 模板", "恢复标准的 Word 模板"]

    def test_a_template_that_fails_later_leads_to_its_page(self, city, filed, sign_in):
        WordTemplate.objects.create(
            content=a_template("{{ gone }}"), name="x.docx", by=city.staff, at="2026-11-01T00:00Z"
        )
        answer = sign_in(city.staff).get(reverse("reports:rollup_word"), ASKED, follow=True)
        assert answer.redirect_chain[0][0] == reverse("reports:template") and "“gone”" in answer.content.decode()

    def test_the_branch_does_not_change_it(self, city):
        for verb in (lambda: templates.restore(actor=city.secretary),
                     lambda: templates.replace(actor=city.secretary, content=b"", name="x")):
            with pytest.raises(PermissionDenied):
                verb()


class TestEvents:
    @pytest.fixture(autouse=True)
    def admitted(self, city):
        ReportForm.objects.update(state="approved")

    def opened(self, city, **changes):
        words = {"actor": city.staff, "subject": "台风停播情况", "day": date(2026, 10, 12), **changes}
        return services.open_event(**words)

    def test_all_branches_or_those_that_are_chosen(self, city):
        assert self.opened(city, branches=[city.branch]) == 1
        assert self.opened(city) == 1  # the other one
        report = Report.objects.get(branch=city.branch)
        assert (report.form, report.period, str(report)) == ("event", "2026-10-12", "台风停播情况")
        assert Notice.objects.get(key=f"report-opened:{report.pk}").title == "台风停播情况可以报了"
        with pytest.raises(Conflict):
            self.opened(city)

    def test_two_matters_of_one_day_stand_side_by_side(self, city):
        assert self.opened(city) == self.opened(city, subject="断电") == 2

    def test_it_asks_for_words(self, city):
        self.opened(city)
        report = Report.objects.get(branch=city.branch)
        with pytest.raises(ValidationError, match="请写明情况"):
            services.file(report, actor=city.secretary)
        assert services.file(report, actor=city.secretary, remarks="停播两天。").state == "filed"

    def test_the_four_working_days_run_from_when_it_is_asked(self, city, time_machine):
        time_machine.move_to("2026-11-27T10:00+08:00", tick=False)
        self.opened(city)
        assert {f"{report.due_at.astimezone():%F}" for report in Report.objects.all()} == {"2026-12-03"}

    def test_not_before_its_day_not_by_a_branch_not_without_admission(self, city):
        with pytest.raises(ValidationError, match="还没有到"):
            self.opened(city, day=date(2099, 1, 1))
        with pytest.raises(PermissionDenied):
            self.opened(city, actor=city.secretary)
        ReportForm.objects.filter(code="event").update(state="proposed")
        with pytest.raises(Conflict, match="准入"):
            self.opened(city)

    def test_the_page_opens_them(self, city, sign_in):
        client = sign_in(city.staff)
        sent = {"subject": "台风停播情况", "day": "2026-10-12", "branches": [city.branch.pk]}
        assert client.post(reverse("reports:event_new"), sent).status_code == 302
        assert Report.objects.get().branch == city.branch
        answer = client.post(reverse("reports:event_new"), {"subject": "断", "day": "2026-02-30", "branches": ["x"]})
        assert answer.status_code == 400 and set(answer.context["form"].errors) == {"subject", "day", "branches"}
