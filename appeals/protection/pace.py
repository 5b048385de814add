"""How many anonymous appeals, and how many wrong codes, one address may send in an hour.

The address is kept nowhere: the cache counts under an HMAC of it that is another one each hour, and forgets it then.
"""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.utils import timezone

from xinyu_portal import counting, seal

SUBMITS, WRONG_CODES = 5, 20
HOME = 64  # bits of an IPv6 address that one household or firm has: the rest it draws as it likes
TOO_MANY = (
    f"从您这里一小时已经交了 {SUBMITS} 件匿名的，这一件还没有提交。请过一会儿再点一次，写好的都还在。急事请拨 12345。"
)
TOO_MANY_CODES = "从您这里一小时查错太多次，请过一会儿再查。"


def may_submit(request):
    """Count one more to submit; False when it is one too many."""
    return counting.count(_key(request, "submits")) <= SUBMITS


def may_ask(request):
    """Whether another code may be tried; the right ones are not counted."""
    return counting.counted(_key(request, "codes")) < WRONG_CODES


def count_wrong_code(request):
    counting.count(_key(request, "codes"))


def _key(request, what):
    return f"anonymous-{what}:{seal.index(f'{timezone.now():%Y%m%d%H} {_address(request)}', purpose='address')}"


def _address(request):
    """Who is at the other end; in production behind a proxy of ours, which writes its peer last."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.PRODUCTION:
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).rpartition(",")[2].strip()
    try:
        address = ip_address(said)
    except ValueError:
        return said
    return int(address) >> (128 - HOME) if isinstance(address, IPv6Address) else address
