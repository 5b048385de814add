"""Who is a Party member today, for the rooms below (settings.IS_PARTY_MEMBER)."""

from members.models import Member


def is_member(user):
    return Member.objects.current().filter(user=user).exists()
