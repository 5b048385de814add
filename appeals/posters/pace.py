"""How many may be filed at one poster in an hour: enough for a hall full of people, too few for a machine."""

from django.utils import timezone

from xinyu_portal import counting

PER_HOUR = 60
SENTENCE = "这张海报一个小时里收到的太多了，还没有提交。请过一会儿再点一次，写好的都还在。急事请拨 12345。"


def is_full(poster):
    return counting.counted(_key(poster)) >= PER_HOUR


def count(poster):
    """One more. Counted by poster and hour alone: no address, no browser."""
    counting.count(_key(poster))


def _key(poster):
    return f"poster:{poster.code}:{timezone.now():%Y%m%d%H}"
