"""What happens to anchors and their accounts. Whoever changes a name or an account refreshes the words."""

from anchors.registry.models import Anchor

STEP = 500


def refresh_words(anchors):
    """Write anew what search finds these anchors by; `anchors` is a queryset. Two statements for 500 rows."""
    rows = anchors.select_related("user").prefetch_related("accounts").order_by("pk")
    for batch in _steps(list(rows)):
        for anchor in batch:
            anchor.words = anchor.words_of([account.nickname for account in anchor.accounts.all()])
        Anchor.objects.bulk_update(batch, ["words"])


def _steps(rows):
    return (rows[place:place + STEP] for place in range(0, len(rows), STEP))
