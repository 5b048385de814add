"""The template can be filled in and sent; rejected rows come back as text and can be sent again."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from anchors.census import sheets
from anchors.census.checks import check
from anchors.census.columns import COLUMNS
from anchors.census.workbook import open_rows
from tests.anchors.census import corpus
from tests.anchors.census.test_corpus import read


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(sheets.template(corpus.KNOWN))
    return path


def test_the_template_is_recognised_and_empty(template):
    with open_rows(template) as sheet:
        assert (list(sheet), sheet.head.unknown, sheet.others) == ([], (), ())
        assert set(sheet.head.places) == {column.key for column in COLUMNS} - {"reasons"}


def test_the_template_filled_in_is_read(template):
    book = load_workbook(template)
    filled = (1, "林小禾", None, "女", "19900010000", "渝水区", "罗坊镇", "兼职", "2019-03", None, "抖音", "小禾")
    for place, text in enumerate(filled, 1):
        book.active.cell(4, place).value = text
    book.save(template)
    _, gathering, rows = read(template)
    assert (gathering.people, gathering.rejected) == (1, 0)
    assert rows[0].values["division"] == "360502103"


def test_the_template_offers_lists_and_comments(template):
    sheet = load_workbook(template).active
    heads = {cell.column_letter: cell for cell in sheet[sheets.HEAD_ROW]}
    rules = sheet.data_validations.dataValidation
    offered = {heads[str(rule.sqref).rpartition(":")[2].rstrip("0123456789")].value for rule in rules}
    assert offered == {
        "性别", "*县区", "乡镇街道", "从业类型", "*平台", "主要类别", "是否愿意接受党员联系", "所属支部",
    }
    assert {cell.value for cell in heads.values() if not cell.comment} == {"序号"}
    assert sheet["E4"].number_format == "@"


DANGEROUS = ("=1+1", "+1", "-1", "@x", "\tq", "=HYPERLINK(\"http://x\")", "'=1", "\x01=1")


def test_rejected_cells_are_never_formulas():
    content = sheets.rejected(corpus.HEAD, [((text,) * len(corpus.HEAD), ["=2+2"]) for text in DANGEROUS])
    rows = list(load_workbook(BytesIO(content)).active)
    assert {(cell.data_type, cell.number_format) for row in rows for cell in row} == {("s", "@")}
    assert [row[0].value for row in rows[1:]] == [text.replace("\x01", "") for text in DANGEROUS]


def test_rejected_rows_keep_their_columns_and_end_with_the_reasons():
    heads = ("星座", "错误原因", "*姓名")
    content = sheets.rejected(heads, [(("白羊", "旧的", "林小禾"), ["甲", "乙"]), ((), ["丙"])])
    rows = list(load_workbook(BytesIO(content)).active.iter_rows(values_only=True))
    assert rows == [("星座", "*姓名", "错误原因"), ("白羊", "林小禾", "甲；乙"), (None, None, "丙")]


def test_rejected_rows_are_rejected_for_the_same_reasons_when_sent_unchanged(tmp_path):
    wrong = ({"县区": "上海市"}, {"手机号码": 1380013.0, "备注": "=1+1"}, {"姓名": "=A1"})
    rows = [corpus.HEAD, *(corpus.person(**changes) for changes in wrong)]
    corpus.save(tmp_path / "first.xlsx", rows)
    with open_rows(tmp_path / "first.xlsx") as sheet:
        read_rows = [(cells, check(number, cells, sheet.head, corpus.KNOWN).errors) for number, cells in sheet]
    (tmp_path / "again.xlsx").write_bytes(sheets.rejected(sheet.head.texts, read_rows))
    again, gathering, checked = read(tmp_path / "again.xlsx")
    assert [row.errors for row in checked] == [errors for _, errors in read_rows]
    assert (gathering.rejected, again.head.unknown) == (3, ())


def test_a_registered_name_wins_over_the_file(tmp_path):
    corpus.save(tmp_path / "census.xlsx", [corpus.HEAD, corpus.person(姓名="陈一"), corpus.person()])
    _, gathering, rows = read(tmp_path / "census.xlsx", registered={"19900010000": "林小禾"})
    assert rows[0].errors == ("手机号码 199****0000 已登记在另一个姓名下，请核对号码和姓名",)
    assert (rows[1].errors, gathering.people) == ((), 1)


def test_a_name_of_a_row_rejected_for_something_else_still_is_the_first(tmp_path):
    rows = [corpus.HEAD, corpus.person(粉丝量="好多"), corpus.person(姓名="陈一")]
    corpus.save(tmp_path / "census.xlsx", rows)
    _, gathering, checked = read(tmp_path / "census.xlsx")
    assert "粉丝量" in checked[0].errors[0] and "第 2 行的姓名" in checked[1].errors[0]
    assert (gathering.people, gathering.rejected) == (0, 2)


def test_the_first_filled_cell_of_a_person_wins(tmp_path):
    rows = [corpus.HEAD, corpus.person(), corpus.person(1, 手机号码="19900010000", 备注="乙"),
            corpus.person(2, 手机号码="19900010000", 备注="丙")]
    corpus.save(tmp_path / "census.xlsx", rows)
    _, gathering, checked = read(tmp_path / "census.xlsx")
    assert gathering.persons["19900010000"].values["note"] == "乙"
    assert checked[2].remarks == ("“备注”与第 3 行不同，以第 3 行为准",)
