"""Who answers a 督办单 (see `services.answer_sheet`)."""

from appeals.waiting import open_work
from appeals.workflow import Verb


def refusal(verb, appeal):
    """Why nobody can answer now, or None."""
    if verb != Verb.ANSWER_SHEET or open_work(appeal).open_sheet:
        return None
    return "没有等回复的督办单。"
