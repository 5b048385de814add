"""Numbers SQ-YYYYMMDD-NNNN of appeals and DB-YYYY-NNN of sheets: a span of Shanghai time and a count.

Gaps are allowed, doubles are not.
"""

from django.db.models import F
from django.utils import timezone

from appeals.models import NUMBERED, Counter

PREFIX = NUMBERED
SHEETS = "DB"


def next_number(at):
    """The next appeal's, counted by day."""
    day = timezone.localdate(at)
    return f"{PREFIX}-{day:%Y%m%d}-{_count(PREFIX, day):04d}"


def next_sheet_number(at):
    """The next 督办单's, counted by year; its counter stands at the first of January."""
    year = timezone.localdate(at).replace(month=1, day=1)
    return f"{SHEETS}-{year:%Y}-{_count(SHEETS, year):03d}"


def _count(name, day):
    """Raise the counter by one UPDATE and read it back; its row stays locked until the verb commits."""
    counter = Counter.objects.filter(name=name, day=day)
    if not counter.update(last=F("last") + 1):
        Counter.objects.bulk_create([Counter(name=name, day=day)], ignore_conflicts=True)
        counter.update(last=F("last") + 1)
    return counter.get().last
