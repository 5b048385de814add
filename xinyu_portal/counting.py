"""How often something happened lately, counted in the cache: limits that may be lost, and that stop nobody's work.

Where the cache is away nothing is counted and everything passes: who has something to say comes first.
"""

import logging
import time

from django.core.cache import cache
from redis.exceptions import RedisError

HOUR = 3600
REST = 15  # seconds for which a cache that failed is not asked again: each question costs its timeout
log = logging.getLogger(__name__)
_away_until = 0.0


def count(key):
    """One more under this key, kept for an hour; return how many with this one, 0 where nothing can be counted."""
    return _ask(_count, key)


def counted(key):
    """How many so far."""
    return _ask(cache.get, key, 0)


def _count(key):
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # its hour ended between the two
        return 1


def _ask(question, *words):
    global _away_until
    if time.monotonic() < _away_until:
        return 0
    try:
        return question(*words)
    except (RedisError, OSError):
        _away_until = time.monotonic() + REST
        log.warning("the cache does not answer; for %s seconds nothing is counted", REST, exc_info=True)
        return 0
