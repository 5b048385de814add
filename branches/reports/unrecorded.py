"""What a branch has not written down yet of a report's period, said before the figures freeze.

Every room says so of its own records; settings.REPORT_UNRECORDED says where. It is a help and stops nobody: a meeting
that nobody will ever record must not hold up a report.
"""

from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from branches.reports.periods import PERIODIC


class Unrecorded(NamedTuple):
    """“1 次会还没有记录”, and where it is made good."""

    text: str
    url: str


@cache
def _askers():
    """`f(branch_id, start, end)` -> [(text, url)], each in one statement; start <= moment < end."""
    return tuple(import_string(path) for path in settings.REPORT_UNRECORDED)


def unrecorded(report):
    """`[Unrecorded]` of the branch and the period of a report; one on a matter counts neither meetings nor members."""
    if report.form not in PERIODIC:
        return []
    start, end = report.when.bounds
    return [Unrecorded(*found) for ask in _askers() for found in ask(report.branch_id, start, end)]
