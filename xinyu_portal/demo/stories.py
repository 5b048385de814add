"""The conversations: what an anchor says, what is answered, and how far up the chain it goes."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from appeals.workflow import LADDER, Level, Verb

FOLDER = Path(__file__).parent
RANK = {level: rank for rank, level in enumerate(LADDER)}
LAPSE_ACCEPT, LAPSE_HANDLE = "lapse_accept", "lapse_handle"


@dataclass(frozen=True)
class Story:
    """`path` is the level that answers; `climb` says how each level below it is left: by hand or by the clock."""

    index: int
    code: str
    kind: str
    title: str
    body: str
    path: str
    climb: tuple
    lines: dict

    def leaves(self, level):
        """How the story leaves a level below `path`: hand_up, lapse_accept, lapse_handle; None where it is answered."""
        return self.climb[RANK[level]] if RANK[level] < RANK[self.path] else None

    def notes(self, level):
        """`[{level, text, internal}]` of one level, in order."""
        return [note for note in self.lines["notes"] if note["level"] == level]

    def ending(self, level, *, reopened):
        """`(verb, words)` that takes the story out of a level by hand; None where only the clock does."""
        if reopened:
            return Verb.REPLY, self.lines["reply2"]
        way = self.leaves(level)
        if way is None:
            verb = Verb.WITHDRAW if "withdraw" in self.lines else Verb.REPLY
            return verb, self.lines[verb]
        if way != Verb.HAND_UP:
            return None
        return Verb.HAND_UP, self.lines["hand_up"][self.climb[:RANK[level]].count("hand_up")]

    @property
    def is_direct(self):
        """Makes sense when it begins at the level that answers: nobody below is spoken of."""
        if LAPSE_ACCEPT in self.climb or LAPSE_HANDLE in self.climb or "reopen" in self.lines:
            return False
        said = self.lines.get("reply", "") + "".join(note["text"] for note in self.notes(self.path))
        below = ("党员",) if self.path == Level.BRANCH else ("党员", "支部")
        return self.path != Level.MEMBER and not any(word in said for word in below)


@cache
def stories():
    """All stories, in the order of the files; the index of a story never changes."""
    told = [story for name in ("stories_a", "stories_b") for story in json.loads(_read(f"{name}.json"))]
    return tuple(Story(index, **{**one, "climb": tuple(one["climb"])}) for index, one in enumerate(told))


@cache
def names():
    """`{people, enterprises: [name], partners: [{name, kind}]}`, all invented but 市快递行业协会."""
    return json.loads(_read("names.json"))


def _read(name):
    return (FOLDER / name).read_text(encoding="utf-8")
