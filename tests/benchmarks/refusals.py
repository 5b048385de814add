"""Every broken and hostile workbook of the corpus, read until it is refused, each by a program of its own."""

from tests.anchors.census.refused import BOMBS, REFUSED
from tests.benchmarks.meter import Taken, child, told

READING = """
import sys
from xinyu_portal.workbook_errors import Refused
from anchors.census.workbook import open_rows
try:
    with open_rows(sys.argv[1]) as sheet:
        for row in sheet:
            pass
except Refused as refused:
    print(refused)
"""


def main(folder):
    path, worst = folder / "census.xlsx", Taken(0, 0)
    for case, (build, _) in {**REFUSED, **BOMBS}.items():
        build(path=path)
        taken = child("-c", READING, path)
        if case in BOMBS or not taken.output:
            told(case, taken, taken.output or "was not refused")
        worst = Taken(*map(max, worst[:3], taken[:3]))
    told(f"the most that one of {len({**REFUSED, **BOMBS})} took", worst)
