"""The column of words by which appeals are found, written anew where a name in it changes."""

from appeals.models import Appeal

STEP = 500  # rows that are read and written together


def refresh_words(appeals):
    """Write anew what search finds these appeals by, for whoever renames a category. Two statements for 500 rows."""
    for ids in _steps(list(appeals.order_by("pk").values_list("pk", flat=True))):
        batch = list(Appeal.objects.filter(pk__in=ids).select_related("category__parent"))
        for appeal in batch:
            appeal.words = appeal.words_of()
        Appeal.objects.bulk_update(batch, ["words"])


def _steps(ids):
    return (ids[place:place + STEP] for place in range(0, len(ids), STEP))
