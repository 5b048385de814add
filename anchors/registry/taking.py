"""The lock that every change of an anchor begins with."""

from anchors.registry.models import Anchor
from xinyu_portal.errors import Conflict

MERGED = "这条登记已经并入另一条，不能再改。请到保留的那一条上办。"


def take(anchor):
    """Lock the bare row and read it afresh. Raises Conflict for an entry that was merged into another one."""
    anchor = Anchor.objects.select_for_update().get(pk=anchor.pk)
    if anchor.merged_into_id:
        raise Conflict(MERGED, anchor)
    return anchor
