"""A process that is killed while photos come in leaves no row without its file."""

import subprocess
import sys
import time

import pytest

from tests.faults.installation import ROOT, eventually, kill

pytestmark = pytest.mark.faults

SUBMITTING = """
from anchors.registry.models import Anchor
from tests import factories, photos
anchor = Anchor.objects.select_related("user").get(user__username="anchor")
while True:
    factories.submit_appeal(None, anchor, files=photos.stored("一.jpg", "二.jpg"))
"""


def test_killed_while_photos_come_in(installation):
    installation.fill(2)
    for pause in (0, 0.013, 0.031):
        before = installation.count("appeals_attachment")
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", SUBMITTING], cwd=ROOT,
            env=installation.environment, stdout=subprocess.DEVNULL, start_new_session=True,
        )
        installation.started.append(process)
        assert eventually(lambda: installation.count("appeals_attachment") > before + 6)  # noqa: B023
        time.sleep(pause)
        kill(process)
        assert "every row has its file" in installation.manage("reconcile_attachments", "--hash")
    assert installation.count("appeals_attachment") % 2 == 0, "half of the files of a line"
    assert list((installation.var / "attachments").glob("*/*")), "nothing was kept"
