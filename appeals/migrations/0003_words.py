from django.db import migrations

import xinyu_portal.words

make_index, drop_index = xinyu_portal.words.index_words("appeals_appeal", "words")
STEP = 500


def fill(apps, schema_editor):
    """What was filed before is found as well; by the rule of Appeal.words_of."""
    Appeal = apps.get_model("appeals", "Appeal")
    ids = list(Appeal.objects.order_by("pk").values_list("pk", flat=True))
    for place in range(0, len(ids), STEP):
        batch = list(Appeal.objects.filter(pk__in=ids[place:place + STEP]).select_related("category__parent"))
        for appeal in batch:
            appeal.words = _words_of(appeal)
        Appeal.objects.bulk_update(batch, ["words"])


def _words_of(appeal):
    whole, category = appeal.number.replace("-", ""), appeal.category
    above = category.parent.name if category.parent_id else ""
    return xinyu_portal.words.cut(appeal.number, whole, whole[2:], appeal.title, category.name, above)


class Migration(migrations.Migration):

    dependencies = [
        ("appeals", "0002_poster_channel"),
    ]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="words",
            field=xinyu_portal.words.WordsField(blank=True, default="", editable=False),
        ),
        # Before the rows: PostgreSQL makes no index over rows that the same transaction still has to check.
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
