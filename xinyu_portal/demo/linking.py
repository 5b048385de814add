"""Who looks after whom in the demo city: given by the branches' secretaries, evenly, and what came of it since."""

import random
from datetime import timedelta

from accounts.models import User
from anchors.contacts import services
from anchors.contacts.models import ServiceLog
from anchors.contacts.querysets import waiting
from anchors.registry.models import Anchor
from branches.organisation.models import Post, Role
from xinyu_portal.demo.people import CONTACTS, member_username
from xinyu_portal.demo.players import LINKED_TO_MEMBER1, MEMBER1, OTHERS, parts

EACH = LINKED_TO_MEMBER1  # anchors of every contact in the end: below the soft limit
WISHES = ("TIME", "", "FAR", "TOPIC", "TIME", "TOPIC")  # one in each branch asks for another contact: why
DECLINES = 3
SERVED = 160  # lines of service
SERVED_DAYS = 80


class Linking:
    """`players` is `{username: Anchor}`, `branches` the six in their order."""

    def __init__(self, branches, players):
        self.branches, self.players = branches, players
        posts = Post.objects.current().filter(branch__isnull=False, role=Role.SECRETARY).select_related("user")
        self.secretaries = {post.branch_id: post.user for post in posts}
        self.members = User.objects.in_bulk(
            [member_username(place, n) for place, places in enumerate(CONTACTS) for n in places], field_name="username"
        )

    def _contacts(self, place):
        return [self.members[member_username(place, n)] for n in CONTACTS[place]]

    def give_players(self, at):
        """Before the first story: member1 has the own ones, the others are spread."""
        for place in range(len(self.branches)):
            contacts = self._contacts(place)
            for who in (MEMBER1, OTHERS):
                theirs = [part.username for part in parts() if (part.branch, part.contact) == (place, who)]
                members = [user for user in contacts if (user.username == MEMBER1) == (who == MEMBER1)]
                if theirs:
                    self._spread(place, [self.players[username].pk for username in theirs], members, at)

    def give_others(self, at):
        """After the census: of those who are willing, in the order of the list, until every contact has EACH."""
        busy = [anchor.pk for anchor in self.players.values()]
        for place, branch in enumerate(self.branches):
            contacts = self._contacts(place)
            wanted = EACH * len(contacts) - Anchor.objects.filter(contact__in=contacts).count()
            free = Anchor.objects.filter(waiting(), branch=branch).exclude(pk__in=busy).order_by("pk")
            others = [user for user in contacts if user.username != MEMBER1]
            self._spread(place, list(free.values_list("pk", flat=True)[:wanted]), others, at)

    def _spread(self, place, ids, members, at):
        secretary = self.secretaries[self.branches[place].pk]
        services.spread(Anchor.objects.filter(pk__in=ids), members=members, actor=secretary, at=at)

    def serve(self, now):
        """Lines of service, and anchors who want another contact or none: nobody of the stories."""
        dice = random.Random("service in the demo city")
        linked = Anchor.objects.filter(contact__isnull=False).select_related("contact", "user").order_by("pk")
        for anchor in dice.sample(list(linked), k=SERVED):
            services.log_service(
                anchor, actor=anchor.contact, channel=dice.choice(ServiceLog.Channel.values),
                topic=dice.choice(ServiceLog.Topic.values), at=now - timedelta(days=dice.randint(1, SERVED_DAYS)),
            )
        busy = {anchor.pk for anchor in self.players.values()}
        others = [anchor for anchor in linked if anchor.pk not in busy]
        unasked = [anchor for anchor in others if anchor.accepts_contact is None][:DECLINES]
        for n, anchor in enumerate(unasked, start=1):
            services.decline_contact(anchor, actor=anchor.user, at=now - timedelta(hours=7 * n))
        willing = {anchor.branch_id: anchor for anchor in others if anchor.accepts_contact}
        for n, (anchor, why) in enumerate(zip(willing.values(), WISHES, strict=True), start=1):
            services.wish_for_another(anchor, actor=anchor.user, reason=why, at=now - timedelta(hours=5 * n))
