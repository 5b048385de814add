"""Who may see the whole mobile number of somebody they have to call."""

from django.conf import settings
from django.utils.module_loading import import_string

from anchors.newcomers.policy import may_decide
from anchors.registry.policy import handles
from branches.organisation.policy import offices

CONTACT = "联系党员"


def office(user, anchor):
    """As what `user` may see it, or "": who handles the anchor, the contact, and who has their open appeal in hand."""
    if anchor.user_id == user.pk:
        return ""
    if handles(user, anchor):
        return offices(user)
    in_hand = import_string(settings.ANCHORS_IN_HAND)(user)
    return CONTACT if anchor.contact_id == user.pk or in_hand.filter(anchor=anchor.pk).exists() else ""


def office_of_decider(user, newcomer):
    """The same for somebody at a poster, whom the branch has to ask."""
    return offices(user) if newcomer.is_waiting and may_decide(user, newcomer) else ""
