"""Who lets an auditor read words, and which auditors there are for an appeal."""

from django.contrib.auth import get_user_model

from appeals.policy import is_anchor
from appeals.protection.sight import recused_from
from appeals.voices import voices
from branches.organisation.models import Post, Role
from branches.organisation.policy import hats


def may_grant_words(user, appeal):
    """The committee's secretary, never of an own appeal."""
    return hats(user).leads_committee and not is_anchor(user, appeal)


def auditors_of(appeal):
    """The auditors in office who are neither recused from it nor speak for its anchor."""
    seats = Post.objects.current().filter(role=Role.AUDITOR, committee__isnull=False)
    not_they = recused_from([appeal.pk])[appeal.pk] | voices(appeal)
    people = get_user_model().objects.filter(pk__in=seats.values("user"), is_active=True)
    return people.exclude(pk__in=not_they).order_by("pk")
