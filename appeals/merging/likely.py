"""Which open appeals may be about the same matter: a suggestion only, a person decides (domain.md §5.5 并案)."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from appeals.models import Appeal
from appeals.workflow import ACTIVE
from xinyu_portal.words import cut

WITHIN = timedelta(days=30)  # between the two submits
ALIKE = 0.2  # at least this share of the shorter text's two-character words stands in the other
READ = 200  # candidates compared, the newest
SHOWN = 5


@dataclass(frozen=True)
class Likely:
    """`why` says what is the same; `share` is that of the words, 0 to 1."""

    appeal: Appeal
    share: float
    why: str


def likely(appeal):
    """`[Likely]`, most alike first. One statement. Nothing that somebody must not see (`Recusal`) is suggested.

    Same first-level category, the same branch or firm, submitted within 30 days of each other, words in common.
    """
    category = appeal.category.parent_id or appeal.category_id
    place = Q(branch=appeal.branch_id) if appeal.branch_id else Q(pk__in=[])
    firm = appeal.anchor.enterprise_id if appeal.anchor_id else None
    if firm:
        place |= Q(anchor__enterprise=firm)
    day = appeal.submitted_at
    near = Appeal.objects.filter(
        Q(category=category) | Q(category__parent=category), place, status__in=ACTIVE, recusals=None,
        submitted_at__range=(day - WITHIN, day + WITHIN),
    )
    rows = near.exclude(pk=appeal.pk).with_open_work().select_related("current__branch", "anchor").newest_first()
    own = _pairs(appeal)
    found = [_judged(own, row, firm) for row in rows[:READ] if not row.led_by]
    return sorted((one for one in found if one.share >= ALIKE), key=lambda one: -one.share)[:SHOWN]


def _judged(own, row, firm):
    theirs = _pairs(row)
    share = len(own & theirs) / max(min(len(own), len(theirs)), 1)
    same_firm = firm and row.anchor_id and row.anchor.enterprise_id == firm
    return Likely(row, share, "同一家企业" if same_firm else "同一个支部")


def _pairs(appeal):
    return {word for word in cut(appeal.title, appeal.body).split() if len(word) > 1}
