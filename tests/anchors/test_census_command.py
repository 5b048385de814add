"""manage.py import_census: asks nothing, ends with one line, exits 2 when it takes nothing."""

from pathlib import Path

import pytest
from django.core.management import call_command

from anchors.registry.models import Anchor
from tests.census_files import census, person, row, sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(city, tmp_path, settings, capsys):
    """`run(content)` returns what the command printed, on stdout and stderr."""
    settings.VAR = tmp_path

    def run(content):
        path = tmp_path / "摸底.xlsx"
        path.write_bytes(content)
        call_command("import_census", str(path))
        return capsys.readouterr()

    return run


def said(line):
    return dict(part.split("=", 1) for part in line.split())


def test_one_line_says_what_was_done(run):
    printed = run(census(row(), row(**{"平台": "快手"}), person(1), person(2, 粉丝量="好多"))).out
    [line] = printed.splitlines()
    counts = said(line)
    assert list(counts) == ["rows", "people", "accounts", "rejected", "created", "updated", "rejected_file"]
    assert [counts[name] for name in list(counts)[:6]] == ["4", "2", "3", "1", "2", "0"]
    file = Path(counts["rejected_file"])
    assert file.stat().st_mode & 0o777 == 0o600 and len(sheet_of(file.read_bytes())) == 2
    assert Anchor.objects.search("网名").count() == 1


def test_a_second_time_nothing_is_created_and_a_change_is_counted(run):
    run(census(row(), person(1)))
    counts = said(run(census(row(网名="杜文农场"), person(1))).out)
    assert (counts["created"], counts["updated"], counts["rejected_file"]) == ("0", "1", "-")


def test_a_workbook_with_nobody_to_take_is_taken_and_writes_nobody(run):
    counts = said(run(census(row(粉丝量="好多"))).out)
    assert (counts["people"], counts["created"], counts["rejected"]) == ("0", "0", "1")


@pytest.mark.parametrize("content", [b"", b"no workbook"])
def test_refused_whole_it_exits_with_2_and_one_sentence(run, content, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(content)
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.strip().endswith("。") and len(printed.err.splitlines()) == 1


def test_a_file_that_is_not_there(city, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("import_census", "nowhere.xlsx")
    assert stopped.value.code == 2 and "nowhere.xlsx" in capsys.readouterr().err
