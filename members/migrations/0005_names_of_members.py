from django.db import migrations
from django.db.models import Q

from xinyu_portal.words import cut, initials


def write_words(apps, schema_editor):
    """What the roster's search finds members and activists by: names and their initials."""
    User = apps.get_model("accounts", "User")
    people = list(User.objects.filter(Q(member__isnull=False) | Q(activist__isnull=False), words=""))
    for person in people:
        person.words = cut(person.name, *initials(person.name))
    User.objects.bulk_update(people, ["words"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("members", "0004_roster"),
        ("accounts", "0007_id_numbers"),
    ]

    operations = [migrations.RunPython(write_words, migrations.RunPython.noop)]
