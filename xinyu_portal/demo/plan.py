"""Which story is played by whom, and when it begins: planted for the logins, history, and a year of new ones.

A script is known by its serial, and an appeal by the serial in its `submit_key`: below ARRIVALS it was played at
the load, from ARRIVALS on it is the n-th of its working day.
"""

import random
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from appeals.workflow import Level
from branches.calendar import worktime
from branches.calendar.workcalendar import SHANGHAI, local
from xinyu_portal.demo import people
from xinyu_portal.demo.script import Pace, Script
from xinyu_portal.demo.stories import stories

DAYS = 90
RESERVE = 24  # stories kept for the life after the load
ARRIVALS = 1000
PER_DAY = 3
LIFE_DAYS = 366
KEY = int.from_bytes(b"demo", "big") << 96 | 8 << 76 | 2 << 62  # a version 8 UUID: ours to define
URGENT_CODES = ("C2", "E2", "E4", "F3", "G1", "G2", "H2", "H4", "L1", "L2", "L3")
AGAIN = {
    "appeal": ("我也遇到：{}", "又遇到了：{}", "同样的事：{}", "替同行反映：{}"),
    "question": ("同问：{}", "也想问：{}", "再问一次：{}", "帮同行问：{}"),
}


def submit_key(founded, serial):
    """The key of a script in the city founded on a date."""
    return uuid.UUID(int=KEY | founded.toordinal() << 32 | serial)


def read_key(key):
    """`(founded, serial)` of a submit_key of ours."""
    low = key.int ^ KEY
    return date.fromordinal(low >> 32), low & 0xFFFFFFFF


FIRST_KEY, LAST_KEY = uuid.UUID(int=KEY), uuid.UUID(int=KEY | (1 << 54) - 1)


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
        return datetime.combine(_workday_before(calendar, local(now).date(), self.workdays), self.clock, SHANGHAI)


def _workday_before(calendar, day, n):
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
    return lambda story: story.is_direct and story.path == path and is_calm(story) and _is_normal(story)


def _is_normal(story):
    return story.code not in ("A1", "B1", "D3", "F1", "J1", "J2", "G3", "K4", "Z1") and story.code[0] not in "IM"


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
    Plant("branch", _direct(BRANCH), Ago(minutes=300)),
    Plant("branch", _direct(BRANCH), Ago(workdays=2, clock=time(10, 25)), Pace(0.2, 0.9)),
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
)


def tellers(kind):
    """User names of the anchors of one kind; the branch is that of secretary1 unless `any_` is asked for."""
    found = people.anchors()[1:]
    chosen = {
        "anchor1": lambda spec: False,
        "member1": lambda spec: (spec.branch, spec.contact) == (0, 5),
        "linked": lambda spec: spec.branch == 0 and spec.contact not in (None, 5),
        "branch": lambda spec: spec.branch == 0 and spec.contact is None,
        "any_linked": lambda spec: spec.contact is not None,
        "any_branch": lambda spec: spec.branch is not None and spec.contact is None,
        "nobody": lambda spec: spec.branch is None,
    }[kind]
    return [spec.username for spec in found if chosen(spec)] or ["anchor1"]


class Casting:
    """Deals stories to anchors. Always the same way: the dice are loaded."""

    def __init__(self):
        self.dice = random.Random("a city that talks")
        self.left = {story.index: story for story in stories()}
        self.hands = {}

    def teller(self, kind):
        """The next anchor of a kind, round and round, so that nobody tells much more than the others."""
        if not self.hands.get(kind):
            self.hands[kind] = self.dice.sample(tellers(kind), k=len(tellers(kind)))
        return self.hands[kind].pop()

    def take(self, fits):
        return self.left.pop(next(index for index, story in self.left.items() if fits(story)))

    def shuffled(self):
        return self.dice.sample(list(self.left.values()), k=len(self.left))


@cache
def cast():
    """`(scripts of the load by serial, the stories kept back)`."""
    casting, scripts = Casting(), []
    for plant in PLANTS:
        story = casting.take(plant.fits)
        scripts.append(Script(len(scripts), story, casting.teller(plant.tellers), story.title, plant.pace))
    rest = casting.shuffled()
    for story in rest[RESERVE:]:
        scripts.append(_historic(len(scripts), story, casting))
    return tuple(scripts), tuple(rest[:RESERVE])


def _historic(serial, story, casting):
    dice = random.Random(f"history {serial}")
    kind = dice.choices(("member1", "linked", "any_linked"), weights=(12, 14, 74))[0]
    if story.is_direct and dice.random() < 0.4:
        kind = "any_branch" if story.path == BRANCH else "nobody"
    late = dice.randint(1, 7) if story.path == COMMITTEE and dice.random() < 0.2 else None
    return Script(serial, story, casting.teller(kind), story.title, Pace(late=late))


def beginnings(calendar, now):
    """`[(instant, serial)]` of everything that began before `now`, in order of time."""
    scripts, _ = cast()
    found = [(plant.ago.instant(calendar, now), serial) for serial, plant in enumerate(PLANTS)]
    count = len(scripts) - len(PLANTS)
    for place in range(count):
        dice = random.Random(f"begins {place}")
        days = DAYS - 1 - (place + dice.random()) * (DAYS - 1) / count
        day = local(now).date() - timedelta(days=int(days))
        found.append((_when_anchors_write(day, dice), len(PLANTS) + place))
    # What would only come later today came a day earlier.
    return sorted((at if at <= now else at - timedelta(days=1), serial) for at, serial in found)


def _when_anchors_write(day, dice):
    """Late in the day and deep in the night; hardly in the morning, when they sleep."""
    hour = dice.choices((0, 1, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23), weights=(
        6, 4, 4, 7, 6, 5, 6, 5, 5, 4, 8, 10, 12, 10, 8))[0]
    return datetime.combine(day, time(hour, dice.randrange(60), dice.randrange(60)), SHANGHAI)


@cache
def streams():
    """Two endless-looking rows of (story, title): the first, for member1's anchors, has nothing urgent in it."""
    _, kept = cast()
    everything = random.Random("told again").sample(stories(), k=len(stories()))
    calm = {story.index for story in everything if is_calm(story)}
    first = set(sorted(calm)[::2])
    rows = ([], [])
    for story in kept:
        rows[story.index not in first].append((story, story.title))
    for turn in range(len(AGAIN["appeal"])):
        for story in everything:
            rows[story.index not in first].append((story, AGAIN[story.kind][turn].format(story.title)))
    return rows


def arrivals(calendar, founded, day):
    """`[(instant, serial)]` of the appeals that reach a demo city on a day after its founding: none on a day off."""
    if not calendar.is_workday(day) or not founded < day < founded + timedelta(days=LIFE_DAYS):
        return []
    number = calendar.count_workdays(founded, day)
    first = ARRIVALS + number * PER_DAY
    dice = random.Random(f"arrivals {number}")
    moments = [time(dice.randint(19, 22), dice.randrange(60)), time(dice.randint(11, 16), dice.randrange(60)),
               time(dice.randint(17, 21), dice.randrange(60))]
    return sorted((datetime.combine(day, moment, SHANGHAI), first + n) for n, moment in enumerate(moments))


@cache
def script(serial):
    """The script of a serial, or None if no such script was ever written."""
    scripts, _ = cast()
    if serial < len(scripts):
        return scripts[serial]
    if serial < ARRIVALS:
        return None
    number, place = divmod(serial - ARRIVALS, PER_DAY)
    dice = random.Random(f"arrival {serial}")
    row = streams()[0 if place == 0 else 1]
    story, title = row[(number if place == 0 else 2 * number + place - 1) % len(row)]
    kind = ("member1", dice.choice(("linked", "branch")), dice.choice(("any_linked", "any_branch", "nobody")))[place]
    late = dice.randint(3, 9) if story.path == COMMITTEE and dice.random() < 0.5 else None
    pace = Pace(answer=dice.choice((None, 0.95, 0.95)), late=late, judged=dice.random() < 0.75)
    return Script(serial, story, dice.choice(tellers(kind)), title, pace)


def member1_answers(serial):
    """About one in four of the new appeals at member1 is answered there, so that the contact's list stays whole."""
    return serial >= ARRIVALS and (serial - ARRIVALS) % PER_DAY == 0 and (serial - ARRIVALS) // PER_DAY % 4 == 1
