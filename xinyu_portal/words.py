"""Search in Chinese (design §8): text is cut into words, kept in a column, and asked for by the same cut.

PostgreSQL has the words indexed (GIN); SQLite reads the column, which 20 000 rows allow, so that no second table
has to be kept true by triggers that altering the first one drops.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

from django.db import models
from pypinyin import Style, pinyin

_RUNS = re.compile(r"(?P<han>[\u3400-\u9fff〇]+)|[a-z0-9]+")
READINGS = 16  # of one name; four characters of two readings each
LONGEST = 40  # characters of a question that are read


def cut(*texts):
    """Return the words of some texts as one string: overlapping pairs of characters, the last one alone, Latin whole.

    `cut("林小禾 A厂") == " 林小 小禾 禾 a 厂 "`. The spaces around it let a plain LIKE find whole words.
    """
    found = dict.fromkeys(word for text in texts for run in _runs(text) for word in _of_run(run))
    return f" {' '.join(found)} " if found else ""


def initials(name):
    """Return the pinyin initials of a name in all readings: `initials("单青") == ["cq", "dq", "sq"]`."""
    letters = [_readings(character) for character in name if _readings(character)]
    return sorted({"".join(chosen) for chosen in islice(product(*letters), READINGS)} - {""})


def asked(text):
    """Return what a question asks for: whole words, and, ending in `*`, beginnings of words. All must be there."""
    found = []
    for run in _runs(text[:LONGEST]):
        pairs = _pairs(run) if _is_han(run) else []
        found += pairs or [f"{run}*"]
    return list(dict.fromkeys(found))


def _runs(text):
    return [match.group() for match in _RUNS.finditer(unicodedata.normalize("NFKC", text or "").lower())]


def _is_han(run):
    return bool(_RUNS.fullmatch(run).group("han"))


def _pairs(run):
    return [run[place:place + 2] for place in range(len(run) - 1)]


def _of_run(run):
    return [*_pairs(run), run[-1]] if _is_han(run) else [run]


@lru_cache(maxsize=8192)
def _readings(character):
    [found] = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors=lambda _: [[""]]) or [[""]]
    return tuple(sorted({letter for letter in found if letter.isascii() and letter.isalpha()}))


class WordsField(models.TextField):
    """What `cut` returns. `filter(words__has=text)` finds it, nothing when the text holds no word at all."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"blank": True, "default": "", "editable": False} | kwargs)


@WordsField.register_lookup
class Has(models.Lookup):
    lookup_name = "has"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        words = asked(self.rhs)
        if not words:
            return "1 = 0", []
        likes = [f"% {word[:-1]}%" if word.endswith("*") else f"% {word} %" for word in words]
        return " AND ".join([f"{column} LIKE %s"] * len(words)), [*params * len(words), *likes]

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        words = [f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'" for word in asked(self.rhs)]
        if not words:
            return "FALSE", []
        return f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)", [*params, " & ".join(words)]


def index_words(table, column):
    """Return the functions `(make, drop)` of a migration for the GIN index of a words column on PostgreSQL."""
    name = f"{table}_{column}"

    def make(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE INDEX {name} ON {table} USING gin (to_tsvector('simple', {column}))")

    def drop(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")

    return make, drop
