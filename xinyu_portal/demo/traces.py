"""What else has happened in the demo city: consents, bands declared before, firms looked at, people met twice."""

import random
from datetime import timedelta

from accounts import consent
from anchors.merging import services as merging
from anchors.registry import services as registry
from anchors.registry.models import Anchor, PlatformAccount
from appeals.models import Appeal
from branches.organisation import services as organisation
from branches.organisation.models import Branch, Enterprise

DECLARED = 60  # anchors who said more than once how many follow them
SIGNED = 2  # anchors of each firm
# Sheets of the first firms. The codes are whole, and nobody's: MA0 is given out in Beijing alone.
SHEETS = (
    {"kind": "MCN", "credit_code": "91360502MA00001114", "staff_band": "SMALL", "should_build": True},
    {"kind": "STREAMING", "credit_code": "91360521MA0000138C", "staff_band": "MICRO", "should_build": False},
    {"kind": "ECOMMERCE", "credit_code": "91360502MA000012XU", "staff_band": "MEDIUM",
     "party_form": Branch.Form.INDEPENDENT},
    {"kind": "SUPPLY", "credit_code": "91360502MA0000146N", "staff_band": "SMALL", "should_build": True},
    {"kind": "ECOMMERCE", "staff_band": "MICRO", "should_build": False},
    {"kind": "BASE", "staff_band": "SMALL", "party_form": Branch.Form.JOINT},
)


def leave(builder, players, now):
    """`players` is `{username: Anchor}`; `now` is the instant of the load."""
    dice = random.Random("traces in the demo city")
    _agree(players, now, dice)
    _declare(players, dice)
    _look_at_firms(builder)
    _meet_twice(builder, now)


def _agree(players, now, dice):
    """Whoever filed an appeal in the portal came in lately, and agreed to the present text."""
    said = set(Appeal.objects.values_list("anchor", flat=True))
    for anchor in players.values():
        if anchor.pk in said:
            consent.record(anchor.user, at=now - timedelta(days=dice.randint(1, 20), minutes=dice.randrange(600)))


def _declare(players, dice):
    """What was said before the account's present band, which stays."""
    bands = list(PlatformAccount.Band.values)
    tellers = [anchor.pk for anchor in list(players.values())[:DECLARED]]
    accounts = PlatformAccount.objects.filter(anchor__in=tellers).exclude(followers_band="")
    for account in accounts.select_related("anchor__user"):
        before = bands[max(0, bands.index(account.followers_band) - 1)]
        day = account.as_of - timedelta(days=dice.randint(30, 300))
        registry.declare(account, actor=account.anchor.user, followers_band=before, as_of=day)


def _look_at_firms(builder):
    """Some firms have their sheet, the others wait for one; each has signed anchors of its branch."""
    staff, firms = builder.users["staff1"], list(Enterprise.objects.exclude(kind=Enterprise.Kind.PARK).order_by("pk"))
    for firm, sheet in zip(firms, SHEETS, strict=False):
        organisation.correct(firm, actor=staff, division_id=firm.branch.division_id, **sheet)
    free = Anchor.objects.filter(kind=Anchor.Kind.SIGNED, enterprise=None, accepts_contact=None)
    for firm in firms:
        for anchor in free.filter(branch=firm.branch).order_by("pk")[:SIGNED]:
            registry.correct(anchor, actor=staff, enterprise_id=firm.pk)


def _meet_twice(builder, now):
    """Two people were registered again with a second phone: one pair is merged, the other is for staff to look at."""
    staff = builder.users["staff1"]
    alone = Anchor.objects.filter(contact=None, user__username__startswith="zb").exclude(accounts=None)
    alone = alone.exclude(branch=None)
    for known, merged in zip(alone.order_by("pk"), (True, False), strict=False):
        _, phone = builder.stranger()
        said = known.accounts.values("platform", "nickname", "followers_band").first()
        again = registry.register(
            actor=staff, name=known.user.name, stage_name=known.stage_name, phone=phone, branch=known.branch
        )
        registry.add_account(again, actor=staff, **said)
        if merged:
            asked = "电话问过，是同一个人换了号码。"
            merging.merge(known, again, actor=staff, reason=asked, at=now - timedelta(days=2))
