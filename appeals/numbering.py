"""Numbers SQ-YYYYMMDD-NNNN: the Shanghai day and a count. Gaps are allowed, doubles are not."""

from django.db.models import F
from django.utils import timezone

from appeals.models import NUMBERED, Counter

PREFIX = NUMBERED


def next_number(at):
    """Raise the day's counter by one UPDATE and read it back; its row stays locked until the submit commits."""
    day = timezone.localdate(at)
    counter = Counter.objects.filter(name=PREFIX, day=day)
    if not counter.update(last=F("last") + 1):
        Counter.objects.bulk_create([Counter(name=PREFIX, day=day)], ignore_conflicts=True)
        counter.update(last=F("last") + 1)
    return f"{PREFIX}-{day:%Y%m%d}-{counter.get().last:04d}"
