"""Who may take an appeal at a level: the contact, the branch's handlers, the committee's.

Never its own anchor, and nobody recused: they are subtracted last, from whoever the level has.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth import get_user_model
from django.db.models import Q

from anchors.registry.policy import voices_of
from appeals.protection.sight import recused_from
from appeals.voices import voices
from appeals.workflow import LADDER, Level
from branches.organisation.models import Post, Role
from branches.organisation.policy import BRANCH_HANDLERS, COMMITTEE_HANDLERS

_LEADERS = (Role.SECRETARY, Role.DEPUTY)


@dataclass(frozen=True)
class Handlers:
    """Today's people of some branches and of the committee, read by one statement; who is recused by another."""

    branch_posts: dict
    committee_posts: tuple
    known: dict = field(default_factory=dict)  # appeal id -> ids of the recused
    clerk_posts: dict = field(default_factory=dict)  # partner id -> posts

    @classmethod
    def load(cls, branch_ids, appeal_ids=(), partner_ids=()):
        """A sweep names its appeals here: who is recused from one that was not named costs a statement each."""
        seats = Q(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
        seats |= Q(branch__in={pk for pk in branch_ids if pk}, role__in=BRANCH_HANDLERS)
        if partner_ids:
            seats |= Q(partner__in=set(partner_ids))
        by_branch, by_partner, committee = defaultdict(list), defaultdict(list), []
        for post in Post.objects.current().filter(seats):
            if post.partner_id:
                by_partner[post.partner_id].append(post)
            else:
                (by_branch[post.branch_id] if post.branch_id else committee).append(post)
        return cls(dict(by_branch), tuple(committee), clerk_posts=dict(by_partner)).knowing(appeal_ids)

    def knowing(self, appeal_ids):
        """The same, with who is recused from these appeals: one statement where any is new."""
        self.known.update(recused_from(set(appeal_ids) - self.known.keys()))
        return self

    def recused(self, appeal):
        """Ids of those from whom the appeal is hidden."""
        return self.knowing([appeal.pk]).known[appeal.pk]

    def at(self, level, *, branch_id, holder_id, own):
        """Ids of the people of one level, at MEMBER the contact alone; without `own`, who speaks for the anchor."""
        if level == Level.MEMBER:
            ids = {holder_id} if holder_id else set()
        elif level == Level.BRANCH:
            ids = {post.user_id for post in self.branch_posts.get(branch_id, ())}
        else:
            ids = {post.user_id for post in self.committee_posts}
        return ids - own

    def of_stage(self, stage, appeal):
        people = self.at(stage.level, branch_id=stage.branch_id, holder_id=stage.holder_id, own=voices(appeal))
        return people - self.recused(appeal)

    def someone_at(self, branch_id, appeal):
        """Whether the branch has anybody who may take this appeal."""
        people = self.at(Level.BRANCH, branch_id=branch_id, holder_id=None, own=voices(appeal))
        return bool(people - self.recused(appeal))

    def branch_leaders(self, branch_id):
        return {post.user_id for post in self.branch_posts.get(branch_id, ()) if post.role in _LEADERS}

    def committee(self):
        return {post.user_id for post in self.committee_posts}

    def committee_leaders(self):
        return {post.user_id for post in self.committee_posts if post.role in _LEADERS}

    def clerks(self, partner_id, appeal):
        """Who replies for a unit; it must have been named to `load`."""
        people = {post.user_id for post in self.clerk_posts.get(partner_id, ())}
        return people - voices(appeal) - self.recused(appeal)

    def of_entry(self, anchor, *, confidential=False, about=(), recused=frozenset()):
        """Where a new appeal of this anchor goes: (level, passed over). Its contact, branch, or the committee.

        A confidential one begins at the branch; one about the own contact, branch or firm at the committee.
        """
        contact_id = anchor.contact_id if anchor.contact and anchor.contact.is_active else None
        first = Level.COMMITTEE if about else Level.BRANCH if confidential else Level.MEMBER
        there = dict(zip(LADDER, (contact_id, anchor.branch_id, True), strict=True))
        levels = [level for level in LADDER[LADDER.index(first):] if there[level]]
        return self._first_level(
            levels, branch_id=anchor.branch_id, holder_id=contact_id, own=voices_of(anchor), recused=recused
        )

    def _first_level(self, levels, *, branch_id, holder_id, own, recused):
        """The first of `levels` with somebody who may act, and those passed over because nobody is there.

        A level that is recused is not vacant: it is left out without a word. The committee takes what nobody else
        can, even when its own chairs are empty: never stuck.
        """
        passed = []
        for level in levels:
            people = self.at(level, branch_id=branch_id, holder_id=holder_id, own=own)
            if people - recused or level == Level.COMMITTEE:
                return level, passed
            if not people:
                passed.append(level)
        raise ValueError("the ladder ends at the committee")

    def above(self, stage, appeal):
        """Where an appeal goes from here: (level, passed over). From the committee: the committee again."""
        levels = LADDER[LADDER.index(stage.level) + 1:] or (Level.COMMITTEE,)
        if not stage.branch_id:
            levels = (Level.COMMITTEE,)
        return self._first_level(
            levels, branch_id=stage.branch_id, holder_id=None, own=voices(appeal), recused=self.recused(appeal)
        )

    def deciding_extension(self, stage, appeal):
        """Who decides about more time: the next level with somebody; at the committee its leaders."""
        if stage.level == Level.COMMITTEE:
            return self.committee_leaders() - voices(appeal) - self.recused(appeal)
        level, _ = self.above(stage, appeal)
        people = self.at(level, branch_id=stage.branch_id, holder_id=None, own=voices(appeal))
        return people - self.recused(appeal)

    @cached_property
    def administrators(self):
        """Who hears when the committee has nobody: those who look after the machine. One statement."""
        people = get_user_model().objects.filter(is_superuser=True, is_active=True)
        return set(people.values_list("pk", flat=True))
