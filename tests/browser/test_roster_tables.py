"""The roster's tables in another program than the one that wrote them: LibreOffice opens each, head by head."""

import csv
import shutil
import subprocess
from datetime import date

import pytest

from members.models import Member
from members.roster import services as roster
from members.sheets import services
from members.sheets.columns import columns_of
from members.sheets.models import Sheet

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.browser, pytest.mark.django_db,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
]
LINES = 3  # above the head


def as_csv(content, folder):
    """The rows of a workbook as LibreOffice shows them."""
    (folder / "table.xlsx").write_bytes(content)
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir", str(folder), str(folder / "table.xlsx")],
        check=True, capture_output=True, timeout=120,
    )
    with (folder / "table.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


@pytest.mark.parametrize("sheet", Sheet)
def test_a_table_opens_with_its_heads(city, tmp_path, sheet):
    rows = as_csv(services.export(sheet, actor=city.staff, reason="年报核对"), tmp_path)
    heads = [column.title for column in columns_of(sheet)]
    assert rows[LINES][:len(heads)] == heads
    assert sheet.label in rows[0][0] and "用途：年报核对" in rows[1][0]


def test_dates_are_dates_and_nothing_is_computed(city, tmp_path):
    roster.correct(
        city.member.member, actor=city.secretary, remark="=1+1", job="+86", regularised_on=date(2016, 7, 1),
    )
    rows = as_csv(services.export(Sheet.MEMBERS, actor=city.secretary, reason="年报核对"), tmp_path)
    lines = [dict(zip(rows[LINES], row, strict=False)) for row in rows[LINES + 1:]]
    line = next(line for line in lines if line["姓名"] == "周映红")
    assert (line["备注"], line["工作单位及职务"]) == ("=1+1", "+86")
    assert "2016" in line["转正时间"] and line["序号"].isdigit()
    assert len(lines) == Member.objects.filter(branch=city.branch).count()
