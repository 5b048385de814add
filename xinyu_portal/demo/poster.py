"""Who comes to the poster of secretary1's branch, and what the branch says to the first two of them."""

from anchors.newcomers import services
from anchors.newcomers.models import Newcomer
from anchors.newcomers.posters import of_branch
from anchors.registry.models import Anchor
from xinyu_portal.demo.acting import Guest
from xinyu_portal.demo.players import guests as names_in_plan
from xinyu_portal.demo.script import after

OFFICER = "demo-m102"  # 组织委员 of that branch
KNOWN = "demo-a069"  # registered there, and too busy to find the login


def guests(builder, players):
    """`{name in the plan: Guest}`; the second is an anchor of the registry."""
    place, person = of_branch(builder.branches[0]), players[KNOWN].user
    found = [Guest(*builder.stranger(), place) for _ in names_in_plan()]
    found[1] = Guest(person.name, person.reveal_phone(), place)
    return dict(zip(names_in_plan(), found, strict=True))


def decide(builder, calendar):
    """The first is somebody new, the second somebody known; the others wait."""
    officer = builder.users[OFFICER]
    first, second = Newcomer.objects.order_by("created_at")[:2]
    services.confirm(first, actor=officer, at=after(calendar, first.created_at, 70))
    known = Anchor.objects.get(user__username=KNOWN)
    services.join(second, actor=officer, anchor=known, at=after(calendar, second.created_at, 95))
