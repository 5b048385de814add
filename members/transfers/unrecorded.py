"""Letters that nobody has answered: until then a report counts the member at the old branch."""

from django.urls import reverse
from django.utils import timezone

from members.models import Transfer


def letters(branch_id, start, end):
    """`[(text, url)]` of who is on the way to a branch by a letter dated before `end`, however long ago: to the only
    one, or to the list. settings.REPORT_UNRECORDED
    """
    coming = Transfer.objects.open().filter(to_branch=branch_id, letter_on__lt=timezone.localdate(end))
    ids = list(coming.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return []
    url = reverse("transfers:detail", args=ids) if len(ids) == 1 else f"{reverse('members:list')}?show=moving"
    return [(f"{len(ids)} 名党员等接收", url)]
