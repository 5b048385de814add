from django.conf import settings
from django.utils.module_loading import import_string

from branches.organisation.policy import hats


def may_read(user):
    """Whoever holds an office of the committee or of a branch, and every Party member."""
    if any(post.committee_id or post.branch_id for post in hats(user).posts):
        return True
    return import_string(settings.IS_PARTY_MEMBER)(user)


def may_write(user):
    return hats(user).handles_for_committee
