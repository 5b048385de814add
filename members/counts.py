"""What this room counts of what the facts quote."""

from django.urls import reverse

from branches.facts.counting import Counting, knows_the_whole
from branches.organisation.policy import hats
from members.models import Activist


def _activists(user):
    return Activist.objects.lasting() if knows_the_whole(user) else None


def _list(user):
    return f"{reverse('members:list')}?show=activist" if hats(user).handles_for_committee else ""


COUNTS = (
    Counting("activists", "各支部确定的、现在还在培养的入党积极分子，不只是当年的。", _activists, _list),
)
