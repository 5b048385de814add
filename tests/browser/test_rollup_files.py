"""The roll-up's files in another program than the ones that wrote them: LibreOffice opens both."""

import csv
import shutil
import subprocess

import pytest

from branches.reports import periods, rollup, services, templates, word, workbook
from tests.factories import open_report

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.browser, pytest.mark.django_db,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]
LINES = 2  # above the head
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture
def rolled(city):
    services.file(open_report(city.branch, "2026-09"), actor=city.secretary)
    services.file(open_report(city.branch, "2026-10"), actor=city.secretary, remarks="=1+1")
    open_report(city.other_branch, "2026-10")
    period = periods.parse("2026-10")
    return rollup.read(period, rollup.branches_of(period), rollup.columns_of(period))


def converted(content, name, into, folder):
    """What LibreOffice makes of a file, in the folder `out`."""
    (folder / name).write_bytes(content)
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", into,
         "--outdir", str(folder / "out"), str(folder / name)],
        check=True, capture_output=True, timeout=120,
    )
    return folder / "out"


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_the_workbook_has_its_heads_its_dates_and_nothing_that_is_computed(city, rolled, tmp_path):
    out = converted(workbook.of(rolled), "rollup.xlsx", EVERY_SHEET, tmp_path)
    heads, mine, theirs, totals = rows_of(out / "rollup-汇总.csv")[LINES:]
    line = dict(zip(heads, mine, strict=True))
    assert line["支部"] == "仙女湖区万商红直播行业党支部" and line["情况"] == "已上报" and line["想说的话"] == "=1+1"
    assert "2026" in line["上报日期"] and line["有联系党员的主播（名）"] == line["有联系党员的主播的总数（名）"] == "1"
    assert dict(zip(heads, theirs, strict=True))["有联系党员的主播（名）"] == "" and totals[0] == "合计"
    assert [row[1] for row in rows_of(out / "rollup-各支部以前各期.csv")[LINES:]] == ["2026 年 9 月", "2026 年 10 月"]
    assert len(rows_of(out / "rollup-怎么算的.csv")) == LINES + len(rolled.columns)


def test_the_word_file_reads_from_top_to_bottom(city, rolled, tmp_path):
    made = word.render(templates.standard(), word.context_of(rolled))
    out = converted(made, "rollup.docx", "txt:Text (encoded):UTF8", tmp_path)
    text = (out / "rollup.txt").read_text(encoding="utf-8-sig")
    parts = ["2026 年 10 月支部工作月报汇总", "合计", "直播行业党支部（已上报）", "=1+1", "（待上报）", "怎么算的"]
    places = [text.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)
    assert "{{" not in text and "{%" not in text
