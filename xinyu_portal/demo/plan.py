"""Which story is played by whom, and when it begins: planted for the logins, history, and a year of new ones.

A script is known by its serial, and an appeal by the serial in its `submit_key`: below ARRIVALS it was played at
the load, from ARRIVALS on it is the n-th of its working day.
"""

import random
import uuid
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache

from branches.calendar.workcalendar import SHANGHAI, local
from xinyu_portal.demo import players
from xinyu_portal.demo.plants import BRANCH, COMMITTEE, MEMBER, PLANTS, has_five_days, is_calm
from xinyu_portal.demo.script import Pace, Script
from xinyu_portal.demo.stories import stories

DAYS = 90
RESERVE = 24  # stories kept for the life after the load
ARRIVALS = 1000
PER_DAY = 3
HOURS = ((11, 15), (16, 18), (19, 22))  # of the arrivals of a day: one by one, for the serial tells who came last
ANSWERS_EVERY = 4  # working days
LIFE_DAYS = 366
KEY = int.from_bytes(b"demo", "big") << 96 | 8 << 76 | 2 << 62  # a version 8 UUID: ours to define
AGAIN = {
    "appeal": ("我也遇到：{}", "又遇到了：{}", "同样的事：{}", "替同行反映：{}", "还是这件：{}", "隔壁也有：{}"),
    "question": ("同问：{}", "也想问：{}", "再问一次：{}", "帮同行问：{}", "请教：{}", "新人问：{}"),
}


def submit_key(founded, serial):
    """The key of a script in the city founded on a date."""
    return uuid.UUID(int=KEY | founded.toordinal() << 32 | serial)


def read_key(key):
    """`(founded, serial)` of a submit_key of ours. Raises ValueError where there is no such day."""
    low = key.int ^ KEY
    return date.fromordinal(low >> 32), low & 0xFFFFFFFF


FIRST_KEY, LAST_KEY = uuid.UUID(int=KEY), uuid.UUID(int=KEY | (1 << 54) - 1)


def tellers(kind):
    """User names of the anchors of one kind; the branch is that of secretary1 unless `any_` is asked for."""
    if kind in players.guests():
        return [kind]
    found = players.parts()[1:]
    chosen = {
        "anchor1": lambda part: False,
        "member1": lambda part: (part.branch, part.contact) == (0, players.MEMBER1),
        "linked": lambda part: (part.branch, part.contact) == (0, players.OTHERS),
        "branch": lambda part: part.branch == 0 and part.contact is None,
        "any_linked": lambda part: part.contact is not None,
        "any_branch": lambda part: part.branch is not None and part.contact is None,
        "nobody": lambda part: part.branch is None,
    }[kind]
    return [part.username for part in found if chosen(part)] or ["anchor1"]


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


class Stream(StrEnum):
    """What the new appeals of a day are about, by who is meant to find them in a list."""

    DIRECT = "direct"  # begins at secretary1's branch, which takes its time: one is always amber there
    LEFT = "left"  # lapses at member1, who does not act, and climbs
    ANSWERED = "answered"  # answered by member1
    ELSEWHERE = "elsewhere"  # at any other contact, urgent ones too


@cache
def streams():
    """`{Stream: ((story, title), ...)}`: first what was kept back, then every story again in other words.

    A story belongs to one stream, so that no title comes twice within a year.
    """
    _, kept = cast()
    everything = random.Random("told again").sample(stories(), k=len(stories()))
    rows = {stream: [(story, story.title) for story in kept if _stream_of(story) == stream] for stream in Stream}
    for turn in range(len(AGAIN["appeal"])):
        for story in everything:
            rows[_stream_of(story)].append((story, AGAIN[story.kind][turn].format(story.title)))
    return rows


def _stream_of(story):
    plain = is_calm(story) and "reply" in story.lines and "reopen" not in story.lines
    if not plain:
        return Stream.ELSEWHERE
    if not has_five_days(story):
        return Stream.ANSWERED if story.path == MEMBER else Stream.ELSEWHERE
    if story.is_direct and story.path == BRANCH or story.path == MEMBER and "党员" not in story.lines["reply"]:
        return Stream.DIRECT if story.index % 4 else Stream.LEFT
    return Stream.LEFT


def arrivals(calendar, founded, day):
    """`[(instant, serial)]` of the appeals that reach a demo city on a day after its founding: none on a day off."""
    if not calendar.is_workday(day) or not founded < day < founded + timedelta(days=LIFE_DAYS):
        return []
    number = calendar.count_workdays(founded, day)
    dice = random.Random(f"arrivals {number}")
    moments = [time(dice.randint(*hours), dice.randrange(60)) for hours in HOURS]
    first = ARRIVALS + number * PER_DAY
    return [(datetime.combine(day, moment, SHANGHAI), first + place) for place, moment in enumerate(moments)]


@cache
def script(serial):
    """The script of a serial, or None if no such script was ever written."""
    scripts, _ = cast()
    if serial < len(scripts):
        return scripts[serial]
    if serial < ARRIVALS:
        return None
    number, place = divmod(serial - ARRIVALS, PER_DAY)
    stream, turn = _stream_at(number, place)
    row, dice = streams()[stream], random.Random(f"arrival {serial}")
    story, title = row[turn % len(row)]
    late = dice.randint(3, 9) if story.path == COMMITTEE and dice.random() < 0.5 else None
    tellers_and_pace = {
        Stream.DIRECT: ("branch", Pace(0.88, 0.96, late, judged=dice.random() < 0.75)),
        Stream.LEFT: ("member1", Pace(None, dice.choice((None, 0.97)), late, judged=dice.random() < 0.75)),
        Stream.ANSWERED: ("member1", Pace(judged=turn % 2 == 1)),
        Stream.ELSEWHERE: ("any_linked", Pace(None, None, late, judged=dice.random() < 0.8)),
    }
    kind, pace = tellers_and_pace[stream]
    return Script(serial, story, dice.choice(tellers(kind)), title, pace)


def _stream_at(number, place):
    """The stream of the n-th arrival of a working day, and how many of that stream came before."""
    if place < 2:
        return (Stream.DIRECT, Stream.ELSEWHERE)[place], number
    if number % ANSWERS_EVERY == 1:
        return Stream.ANSWERED, number // ANSWERS_EVERY
    return Stream.LEFT, number


def member1_answers(serial):
    """Every fourth working day the new appeal at member1 is answered there: else the contact's list would run dry."""
    return serial >= ARRIVALS and _stream_at(*divmod(serial - ARRIVALS, PER_DAY))[0] == Stream.ANSWERED
