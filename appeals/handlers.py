"""Who may take an appeal at a level: the contact, the branch's handlers, the committee's. Never its own anchor."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth import get_user_model
from django.db.models import Q

from anchors.registry.policy import voices_of
from appeals.voices import voices
from appeals.workflow import LADDER, Level
from branches.organisation.models import Post, Role
from branches.organisation.policy import BRANCH_HANDLERS, COMMITTEE_HANDLERS

_LEADERS = (Role.SECRETARY, Role.DEPUTY)


@dataclass(frozen=True)
class Handlers:
    """Today's people of some branches and of the committee, read by one statement."""

    branch_posts: dict
    committee_posts: tuple

    @classmethod
    def load(cls, branch_ids):
        seats = Q(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
        seats |= Q(branch__in={pk for pk in branch_ids if pk}, role__in=BRANCH_HANDLERS)
        by_branch, committee = defaultdict(list), []
        for post in Post.objects.current().filter(seats):
            (by_branch[post.branch_id] if post.branch_id else committee).append(post)
        return cls(dict(by_branch), tuple(committee))

    def at(self, level, *, branch_id, holder_id, own):
        """Ids of those who may act at one level, at MEMBER the contact alone; `own`: who speaks for the anchor."""
        if level == Level.MEMBER:
            ids = {holder_id} if holder_id else set()
        elif level == Level.BRANCH:
            ids = {post.user_id for post in self.branch_posts.get(branch_id, ())}
        else:
            ids = {post.user_id for post in self.committee_posts}
        return ids - own

    def of_stage(self, stage, appeal):
        return self.at(
            stage.level, branch_id=stage.branch_id, holder_id=stage.holder_id, own=voices(appeal)
        )

    def someone_at(self, branch_id, appeal):
        """Whether the branch has anybody who may take this appeal."""
        return bool(self.at(Level.BRANCH, branch_id=branch_id, holder_id=None, own=voices(appeal)))

    def branch_leaders(self, branch_id):
        return {post.user_id for post in self.branch_posts.get(branch_id, ()) if post.role in _LEADERS}

    def committee(self):
        return {post.user_id for post in self.committee_posts}

    def committee_leaders(self):
        return {post.user_id for post in self.committee_posts if post.role in _LEADERS}

    def of_entry(self, anchor):
        """Where a new appeal of this anchor goes: (level, passed over). Its contact, branch, or the committee."""
        contact_id = anchor.contact_id if anchor.contact and anchor.contact.is_active else None
        levels = [level for level, there in zip(LADDER, (contact_id, anchor.branch_id, True), strict=True) if there]
        return self.first_level(
            levels, branch_id=anchor.branch_id, holder_id=contact_id, own=voices_of(anchor)
        )

    def first_level(self, levels, *, branch_id, holder_id, own):
        """The first of `levels` with somebody who may act, and the levels passed over on the way.

        The committee takes what nobody else can, even when its own chairs are empty: never stuck.
        """
        passed = []
        for level in levels:
            people = self.at(level, branch_id=branch_id, holder_id=holder_id, own=own)
            if people or level == Level.COMMITTEE:
                return level, passed
            passed.append(level)
        raise ValueError("the ladder ends at the committee")

    def above(self, stage, appeal):
        """Where an appeal goes from here: (level, passed over). From the committee: the committee again."""
        levels = LADDER[LADDER.index(stage.level) + 1:] or (Level.COMMITTEE,)
        if not stage.branch_id:
            levels = (Level.COMMITTEE,)
        return self.first_level(
            levels, branch_id=stage.branch_id, holder_id=None, own=voices(appeal)
        )

    def deciding_extension(self, stage, appeal):
        """Who decides about more time: the next level with somebody; at the committee its leaders."""
        if stage.level == Level.COMMITTEE:
            return self.committee_leaders() - voices(appeal)
        level, _ = self.above(stage, appeal)
        return self.at(level, branch_id=stage.branch_id, holder_id=None, own=voices(appeal))

    @cached_property
    def administrators(self):
        """Who hears when the committee has nobody: those who look after the machine. One statement."""
        people = get_user_model().objects.filter(is_superuser=True, is_active=True)
        return set(people.values_list("pk", flat=True))
