"""The census on a real process that is killed while it reads and while it writes."""

import subprocess
import sys

import pytest

from tests.faults.installation import ROOT, eventually, kill

pytestmark = pytest.mark.faults

WORKBOOK = ROOT / "anchors" / "data" / "anchor-census.xlsx"
COMMAND = (sys.executable, "manage.py", "import_census", str(WORKBOOK))


def killed(installation, when):
    """Start the import, and kill it as soon as its row says `when`."""
    process = subprocess.Popen(
        COMMAND, cwd=ROOT, env=installation.environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    installation.started.append(process)
    assert eventually(lambda: process.poll() is not None or installation.count(f"anchors_import WHERE {when}"))
    assert process.poll() is None, "it was through before it could be killed"
    kill(process)


def people(installation):
    """Persons, anchors, and persons of one phone that are there twice."""
    twice = "SELECT phone_index FROM accounts_user GROUP BY phone_index HAVING count(*) > 1"
    return [installation.count(table) for table in ("accounts_user", "anchors_anchor", f"({twice}) AS twice")]


def test_killed_while_reading_and_while_writing_and_run_again_each_person_is_there_once(installation):
    installation.manage("migrate", "--verbosity=0")
    installation.manage("load_reference")
    killed(installation, "state = 'READING' AND done > 1000")
    killed(installation, "state = 'WRITING'")
    halfway = people(installation)
    said = dict(part.split("=", 1) for part in installation.manage("import_census", str(WORKBOOK)).split())
    taken = int(said["people"])  # those of a branch are not: there are none here
    assert said["rows"] == "3774" and taken > 1000
    assert halfway in ([0, 0, 0], [taken, taken, 0]), "half a workbook was written"
    assert people(installation) == [taken, taken, 0]
    assert installation.count("anchors_platformaccount") == int(said["accounts"])
