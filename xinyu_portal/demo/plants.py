"""The scripts set for the lists of the logins: one in every state that a tab may show, today and for weeks."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from appeals.workflow import Level
from branches.calendar import worktime
from branches.calendar.workcalendar import SHANGHAI, local
from xinyu_portal.demo.script import Pace

URGENT_CODES = ("C2", "E2", "E4", "F3", "G1", "G2", "H2", "H4", "L1", "L2", "L3")


def is_calm(story):
    return story.code not in URGENT_CODES and story.code[0] != "L"


@dataclass(frozen=True)
class Ago:
    """Minutes before now, or a clock time on a working day before today, or, of a limit, while it is amber."""

    minutes: int = 0
    workdays: int = 0
    clock: time = time(9, 40)
    amber: str = ""

    def instant(self, calendar, now):
        if self.amber:
            return _in_amber(calendar, worktime.parse_limit(self.amber), now)
        if self.minutes:
            return now - timedelta(minutes=self.minutes)
        return datetime.combine(workday_before(calendar, local(now).date(), self.workdays), self.clock, SHANGHAI)


def workday_before(calendar, day, n):
    while n:
        day -= timedelta(days=1)
        n -= calendar.is_workday(day)
    return day


def _in_amber(calendar, limit, now):
    """The evening on which to submit so that, handled with `limit`, it is amber now and for as long as can be."""
    for days in range(1, 40):
        at = datetime.combine(local(now).date() - timedelta(days=days), time(20, 40), SHANGHAI)
        if worktime.fraction_at(calendar, at, limit, 70) <= now - timedelta(minutes=10):
            return at
    raise ValueError("no amber light within forty days")


@dataclass(frozen=True)
class Plant:
    """A script set for the lists of the logins: a story that fits, told by one of `tellers`."""

    tellers: str
    fits: object
    ago: Ago
    pace: Pace = Pace()


def _on(path, *, codes="", climb=None, ends="reply", reopens=False):
    """Stories of a path that nobody withdraws or, unless asked for, reopens; urgent ones only by their code."""
    def fits(story):
        return (
            story.path == path and ends in story.lines and ("reopen" in story.lines) == reopens
            and (story.code in codes.split() if codes else is_calm(story) and story.code != "Z1")
            and (climb is None or story.climb == climb)
        )
    return fits


def _direct(path):
    return lambda story: story.is_direct and story.path == path and _is_normal(story)


def _said_at_poster(story):
    return story.kind == "appeal" and story.is_direct and story.path == Level.BRANCH and is_calm(story)


def _is_normal(story):
    """Five working days at the branch and at the committee."""
    return has_five_days(story) and story.code not in ("A1", "B1", "D3", "F1", "J1", "J2")


def has_five_days(story):
    """At the branch: long enough to be seen there in amber."""
    return is_calm(story) and story.code not in ("G3", "K4", "Z1") and story.code[0] not in "IM"


MEMBER, BRANCH, COMMITTEE = Level.MEMBER, Level.BRANCH, Level.COMMITTEE
BY_HAND = ("hand_up", "hand_up")
OPEN = Pace(accept=0.15, answer=0.97, judged=False)
ANSWERED = Pace(accept=0.2, answer=0.4, judged=False)
PLANTS = (
    # anchor1, whose contact is member1: in hand for weeks, answered and waiting, and told to the end.
    Plant("anchor1", _on(COMMITTEE, codes="Z1", climb=BY_HAND), Ago(amber="5d"), OPEN),
    Plant("anchor1", _on(MEMBER, codes="A2 A3 H1 K1 C3"), Ago(minutes=25), Pace(judged=False)),
    Plant("anchor1", _on(COMMITTEE, codes="B1 A1 D3", climb=BY_HAND), Ago(minutes=190), Pace(0.5, 0.93, judged=False)),
    Plant("anchor1", _on(MEMBER, codes="B2 D1 D4 C1"), Ago(workdays=3), ANSWERED),
    Plant("anchor1", _on(BRANCH, codes="H1 A2 C4 F2", climb=("hand_up",)), Ago(workdays=8), ANSWERED),
    Plant("anchor1", _on(BRANCH, codes="C1 C4 A3 D1 B2 F2 K2 H1", climb=("hand_up",)), Ago(workdays=1),
          Pace(0.15, 0.9, judged=False)),
    Plant("anchor1", _on(MEMBER, codes="K1 A2 I2 H3 G3"), Ago(workdays=55, clock=time(21, 12))),
    Plant("anchor1", _on(BRANCH, codes="A1 A3 C1", climb=("hand_up",)), Ago(workdays=41, clock=time(22, 35))),
    Plant("anchor1", _on(COMMITTEE, codes="A1 A2 G1", climb=BY_HAND), Ago(workdays=34, clock=time(19, 55))),
    Plant("anchor1", _on(BRANCH, codes="C2 C4 D1 B3", climb=("lapse_accept",)), Ago(workdays=20, clock=time(23, 5))),
    # member1's other anchors.
    Plant("member1", _on(MEMBER), Ago(workdays=2, clock=time(20, 15)), Pace(0.1, 0.9)),
    Plant("member1", _on(MEMBER), Ago(minutes=130)),
    Plant("member1", _on(MEMBER, codes="E2 E4 F3 C2 L1"), Ago(minutes=8)),
    Plant("member1", _on(MEMBER), Ago(workdays=4), ANSWERED),
    Plant("member1", _on(BRANCH, climb=("hand_up",)), Ago(workdays=4), Pace(0.2, 0.5)),
    # The branch of secretary1.
    Plant("branch", _direct(BRANCH), Ago(minutes=40)),
    Plant("branch", _direct(BRANCH), Ago(minutes=300), Pace(0.6, 0.97)),
    Plant("branch", _direct(BRANCH), Ago(workdays=1, clock=time(13, 10)), OPEN),
    Plant("branch", _direct(BRANCH), Ago(workdays=2, clock=time(10, 25)), OPEN),
    Plant("branch", _direct(BRANCH), Ago(workdays=3, clock=time(12, 50)), OPEN),
    Plant("branch", _direct(BRANCH), Ago(workdays=4, clock=time(16, 20)), OPEN),
    Plant("branch", _direct(BRANCH), Ago(amber="5d"), OPEN),
    Plant("branch", _direct(BRANCH), Ago(workdays=5), ANSWERED),
    Plant("linked", _on(COMMITTEE, codes="B2 C1 D4 E1 H3 K2 A4 F2", climb=BY_HAND), Ago(workdays=24),
          Pace(0.3, 0.3, late=45)),
    Plant("linked", _on(COMMITTEE, codes="B2 C1 D4 E1 H3 K2 A4 F2 A3 C3 E3 J4", climb=BY_HAND), Ago(workdays=11),
          Pace(0.3, 0.3, late=28)),
    # The committee itself.
    Plant("nobody", _direct(COMMITTEE), Ago(minutes=55)),
    Plant("nobody", _direct(COMMITTEE), Ago(workdays=2, clock=time(15, 5)), Pace(0.3, 0.9)),
    Plant("nobody", _direct(COMMITTEE), Ago(amber="5d"), OPEN),
    Plant("nobody", _direct(COMMITTEE), Ago(workdays=7), Pace(0.3, 0.9, late=9)),
    Plant("nobody", _direct(COMMITTEE), Ago(workdays=14), Pace(0.4, 0.9, late=21)),
    Plant("nobody", _direct(COMMITTEE), Ago(workdays=6), ANSWERED),
    # At the poster of secretary1's branch, oldest first: one registered since, one known before, three to look at.
    Plant("guest-1", _said_at_poster, Ago(workdays=6, clock=time(20, 30)), ANSWERED),
    Plant("guest-2", _said_at_poster, Ago(workdays=4, clock=time(13, 20)), Pace(0.4, 0.9)),
    Plant("guest-3", _said_at_poster, Ago(workdays=2, clock=time(21, 45)), Pace(0.5, 0.95)),
    Plant("guest-4", _said_at_poster, Ago(minutes=150), Pace(0.6, 0.96)),
    Plant("guest-5", _said_at_poster, Ago(minutes=15), Pace(0.7, 0.97)),
)
