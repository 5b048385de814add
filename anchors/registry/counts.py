"""What this room counts of what the facts quote."""

from django.urls import reverse

from anchors.registry.models import Anchor, PlatformAccount
from branches.facts.counting import Counting, knows_the_whole
from branches.organisation.policy import hats

Band = PlatformAccount.Band
OVER_10K = (Band.UNDER_100K, Band.UNDER_1M, Band.UNDER_10M, Band.OVER_10M)


def _anchors(user):
    return Anchor.objects.in_use() if knows_the_whole(user) else None


def _accounts(user):
    anchors = _anchors(user)
    if anchors is None:
        return None
    return PlatformAccount.objects.filter(followers_band__in=OVER_10K, anchor__in=anchors)


def _list(user):
    return reverse("anchors:list") if hats(user).handles_for_committee else ""


COUNTS = (
    Counting("anchors", "登记并核实过的主播，收回同意的和并到别人名下的不算。", _anchors, _list),
    Counting(
        "accounts_10k", "主播自报粉丝 1 万以上的账号，一位主播有几个就算几个。", _accounts, lambda user: "",
    ),
)
