"""Every workbook of the corpus gets its one sentence, or is read as it should be."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from django.conf import settings

from anchors.census.checks import Gathering, check
from anchors.census.workbook import open_rows
from tests.anchors.census import corpus
from tests.anchors.census.refused import BOMBS, REFUSED
from tests.anchors.census.taken import TAKEN
from xinyu_portal.workbook_errors import Refused

pytestmark = pytest.mark.slow
MOST = 150 * 1024  # kB: what a refusal may take
# The peak is asked of the kernel for this program alone: getrusage counts what the tests held when they started it.
READING = r"""
import re, sys
from xinyu_portal.workbook_errors import Refused
from anchors.census.workbook import open_rows
try:
    with open_rows(sys.argv[1]) as sheet:
        for row in sheet:
            pass
except Refused as refused:
    print(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1], refused)
"""


def read(path, known=corpus.KNOWN, registered=None):
    """Return (sheet, gathering, rows) of a whole file."""
    gathering, rows = Gathering(), []
    with open_rows(path) as sheet:
        while batch := list(islice(sheet.rows, 100)):
            rows += gathering.settle([check(*row, sheet.head, known) for row in batch], registered or {})
    return sheet, gathering, rows


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_refused_gets_one_sentence(case, tmp_path):
    build, words = REFUSED[case]
    build(path=tmp_path / "census.xlsx")
    with pytest.raises(Refused) as refused:
        read(tmp_path / "census.xlsx")
    sentence = str(refused.value)
    assert words in sentence
    assert sentence.endswith("。") and sentence.count("。") == 1


@pytest.mark.parametrize("case", BOMBS)
def test_a_refusal_takes_little_memory(case, tmp_path):
    build, words = BOMBS[case]
    build(path=tmp_path / "census.xlsx")
    done = subprocess.run(
        [sys.executable, "-c", READING, tmp_path / "census.xlsx"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )
    memory, sentence = done.stdout.split(maxsplit=1)
    assert words in sentence
    assert int(memory) < MOST


@pytest.mark.parametrize("case", TAKEN)
def test_an_odd_file_is_read(case, tmp_path):
    build, expected = TAKEN[case]
    build(path=tmp_path / "census.xlsx")
    sheet, gathering, rows = read(tmp_path / "census.xlsx")
    wrong = [row for row in rows if row.errors]
    assert (gathering.rows, gathering.people, gathering.accounts) == (expected.rows, expected.people, expected.accounts)
    assert (gathering.rejected, len(wrong)) == (len(expected.reasons),) * 2
    for row, words in zip(wrong, expected.reasons, strict=True):
        assert words in "；".join(row.errors)
    assert tuple(remark for row in rows for remark in row.remarks) == expected.remarks
    assert (sheet.head.unknown, sheet.others) == (expected.unknown, expected.others)


def test_the_file_is_closed_after_reading_and_after_a_refusal(tmp_path):
    corpus.save(tmp_path / "good.xlsx", [corpus.HEAD, corpus.person()])
    corpus.save(tmp_path / "bad.xlsx", [("标题",)])
    with open_rows(tmp_path / "good.xlsx") as sheet:
        next(sheet.rows)
    with pytest.raises(Refused), open_rows(tmp_path / "bad.xlsx"):
        pass
    opened = [str(link.resolve()) for link in Path("/proc/self/fd").iterdir()]
    assert [name for name in opened if name.startswith(str(tmp_path))] == []
