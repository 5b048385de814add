"""Which hats a person wears today: the only place that reads rights from posts."""

from dataclasses import dataclass

from branches.organisation.models import BRANCH_HANDLERS, COMMITTEE_HANDLERS, Post, Role

__all__ = ["BRANCH_HANDLERS", "COMMITTEE_HANDLERS", "Hats", "hats", "may", "offices"]


@dataclass(frozen=True)
class Hats:
    posts: tuple

    def _branches(self, roles):
        return tuple(post.branch_id for post in self.posts if post.branch_id and post.role in roles)

    def _has_committee_role(self, roles):
        return any(post.committee_id and post.role in roles for post in self.posts)

    @property
    def handles_for_branches(self):
        """Ids of the branches whose appeals this person may take."""
        return self._branches(BRANCH_HANDLERS)

    @property
    def sees_branches(self):
        """Ids of the branches of which this person holds any office."""
        return self._branches(tuple(Role))

    @property
    def own_branches(self):
        """The same as `[Branch]`, each once."""
        found = {post.branch_id: post.branch for post in self.posts if post.branch_id}
        return [found[pk] for pk in sorted(found)]

    @property
    def leads_branches(self):
        return self._branches((Role.SECRETARY, Role.DEPUTY))

    @property
    def handles_for_committee(self):
        return self._has_committee_role(COMMITTEE_HANDLERS)

    @property
    def leads_committee(self):
        return self._has_committee_role((Role.SECRETARY, Role.DEPUTY))

    @property
    def is_officer(self):
        """Handles for the committee or holds any office of a branch: whoever the pages of an office are for."""
        return self.handles_for_committee or bool(self.sees_branches)

    @property
    def is_auditor(self):
        return self._has_committee_role((Role.AUDITOR,))

    @property
    def partner_ids(self):
        return tuple(post.partner_id for post in self.posts if post.partner_id)


def hats(user):
    """Today's hats, read once per loaded user row (one statement)."""
    # Not by __dict__: request.user is a lazy wrapper with a __dict__ of its own.
    if not hasattr(user, "_hats"):
        posts = Post.objects.current().filter(user=user).select_related("branch", "partner", "committee")
        user._hats = Hats(tuple(posts))
    return user._hats


def offices(user):
    """“支部书记、党委工作人员”: what somebody acts as, for the records."""
    return "、".join(dict.fromkeys(post.title for post in hats(user).posts))[:80]


def may(user, verb, enterprise=None):
    """`add` an enterprise, `export` them: the committee, or a branch for itself.

    `correct` one: the committee, or its own branch.
    """
    worn = hats(user)
    if worn.handles_for_committee:
        return True
    if verb in ("add", "export"):
        return bool(worn.handles_for_branches)
    return verb == "correct" and enterprise.branch_id in worn.handles_for_branches
