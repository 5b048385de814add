"""Who plays in the stories: anchor1, and anchors of the registry who are given parts and the user names of these.

The parts are worked out, so that a plan can name an anchor without asking a table.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from accounts.models import User
from anchors.registry import services
from anchors.registry.models import Anchor, PlatformAccount
from members.models import Activist
from xinyu_portal.demo.people import ANCHOR, BRANCHES, LOGINS

PARTS = (70, 50, 35, 35, 30, 30, 50)  # per branch; the last belong to none
LINKED = (44, 30, 20, 20, 20, 20, 0)  # of these, how many have a contact from the beginning
LINKED_TO_MEMBER1 = 9
GUESTS = 5  # who file at the poster of secretary1's branch
ACTIVISTS = 17
MEMBER1, OTHERS = "member1", "others"


@dataclass(frozen=True)
class Part:
    """`branch` is a position, None for no branch; `contact` is MEMBER1, OTHERS, or None for nobody."""

    username: str
    branch: int | None
    contact: str | None


@cache
def parts():
    """All parts, anchor1 first; each branch's linked ones before those without a contact."""
    found = []
    for branch, (count, linked) in enumerate(zip(PARTS, LINKED, strict=True)):
        own = LINKED_TO_MEMBER1 if branch == 0 else 0
        contacts = [MEMBER1] * own + [OTHERS] * (linked - own) + [None] * (count - linked)
        found += [(branch if branch < len(BRANCHES) else None, contact) for contact in contacts]
    return tuple(Part(f"demo-a{n:03}" if n > 1 else ANCHOR, *part) for n, part in enumerate(found, start=1))


def guests():
    """Names by which the plan knows those who file at a poster; they have no login."""
    return [f"guest-{n + 1}" for n in range(GUESTS)]


def take_parts(builder, today):
    """Register anchor1, deal the parts, name the activists. Returns `{username: Anchor}`, in the order of the parts."""
    dice = random.Random("players of the demo city")
    anchors = {ANCHOR: _anchor1(builder), **_deal(builder.branches, dice)}
    for username, anchor in anchors.items():
        anchor.user.username, anchor.enrolled_on = username, today - timedelta(days=dice.randint(100, 640))
    User.objects.bulk_update([anchor.user for anchor in anchors.values()], ["username"])
    Anchor.objects.bulk_update(anchors.values(), ["enrolled_on"])
    Activist.objects.bulk_create(
        Activist(user=anchor.user, branch=anchor.branch, since=today - timedelta(days=dice.randint(120, 700)))
        for anchor in [one for one in anchors.values() if one.branch_id][1::14][:ACTIVISTS]
    )
    builder.users[ANCHOR] = anchors[ANCHOR].user
    return anchors


def _anchor1(builder):
    """Registered by hand, as the branch does with somebody whom no census found."""
    secretary, branch = builder.users["secretary1"], builder.branches[0]
    _, phone = builder.stranger()
    anchor = services.register(
        actor=secretary, name=LOGINS[ANCHOR][0], stage_name="小禾的鞋铺", phone=phone, branch=branch,
        sex="2", kind=Anchor.Kind.PART_TIME, division_id=branch.division_id, since=date(2023, 5, 1),
        accepts_contact=True,
    )
    for platform, band in (("DOUYIN", "UNDER_100K"), ("WECHAT_CHANNELS", "UNDER_10K")):
        services.add_account(
            anchor, actor=secretary, platform=platform, nickname="小禾的鞋铺", followers_band=band,
            genre=PlatformAccount.Genre.COMMERCE,
        )
    return anchor


def _deal(branches, dice):
    """`{username: Anchor}`: a part with a contact for who may have one, one without for who said no."""
    hands = {}
    for anchor in Anchor.objects.exclude(user__name=LOGINS[ANCHOR][0]).select_related("user", "branch").order_by("pk"):
        willing = anchor.accepts_contact is not False if anchor.branch_id else None
        hands.setdefault((anchor.branch_id, willing), []).append(anchor)
    for hand in hands.values():
        dice.shuffle(hand)
    ids = [branch.pk for branch in branches]
    return {
        part.username: hands[_hand(part, ids)].pop() for part in parts()[1:]
    }


def _hand(part, ids):
    return (None, None) if part.branch is None else (ids[part.branch], part.contact is not None)
