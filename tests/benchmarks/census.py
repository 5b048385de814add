"""A census from the file to the registry: the project's own workbook, and one of 20 000 people."""

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from openpyxl import Workbook

from anchors.census import services
from anchors.census.writing import Writing
from tests.benchmarks.meter import Clock, child, told
from tests.census_files import HEADS, SOMEBODY

MANY = 20_000
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴", "小明华丽娟强军洋艳勇"


def main(folder):
    call_command("load_reference", verbosity=0)
    bring_in("the project's workbook", settings.BASE_DIR / "anchors/data/anchor-census.xlsx")
    again = ("the same once more", "直播"), ("all with another stage name", "在播")
    for what, nickname in ((f"{MANY} new people", "直播"), *again):
        path = folder / "many.xlsx"
        write(path, nickname)
        bring_in(what, path)
    for what, nickname in (("the transaction alone: new", "好物"), ("the transaction alone: changed", "优选")):
        path = folder / "many.xlsx"
        write(path, nickname, start=MANY)
        in_this_process(what, path)


def write(path, nickname, start=0):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("主播摸底")
    sheet.append(list(HEADS))
    for n in range(start, start + MANY):
        name = SURNAMES[n % 10] + GIVEN[n // 10 % 10] + GIVEN[n // 100 % 10]
        said = SOMEBODY | {
            "*姓名": name, "*手机号码": f"198{n:08}", "网名": f"{name}{nickname}{n}", "*账号名称": f"{name}{n}",
            "账号ID": f"xy{n}", "签约机构/企业": f"企业{n % 300}",
        }
        sheet.append([said.get(head) for head in HEADS])
    book.save(path)


def bring_in(what, path):
    """By the command, as a program of its own."""
    taken = child("manage.py", "import_census", path)
    told(what, taken, taken.output.strip().rpartition(" ")[0])


def in_this_process(what, path):
    """From the beginning of the confirmed transaction to its commit, as others wait for it."""
    row = services.upload(path.read_bytes(), file_name=path.name, actor=None)
    services.work(only=row)
    services.confirm(row, actor=None)
    run = Writing.run

    def timed(writing):
        clock = Clock()
        transaction.on_commit(lambda: told(what, clock.taken()))
        run(writing)

    Writing.run = timed
    try:
        services.work(only=row)
    finally:
        Writing.run = run
