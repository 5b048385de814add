"""How many may be filed at one poster in an hour: enough for a hall full of people, too few for a machine."""

from django.core.cache import cache
from django.utils import timezone

PER_HOUR = 60
HOUR = 3600
SENTENCE = "这张海报一个小时里收到的太多了，还没有提交。请过一会儿再点一次，写好的都还在。急事请拨 12345。"


def is_full(poster):
    return cache.get(_key(poster), 0) >= PER_HOUR


def count(poster):
    """One more. Counted by poster and hour alone: no address, no browser."""
    key = _key(poster)
    if not cache.add(key, 1, HOUR):
        cache.incr(key)


def _key(poster):
    return f"poster:{poster.code}:{timezone.now():%Y%m%d%H}"
