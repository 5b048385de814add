from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection

from appeals import trail_guard


class Command(migrate.Command):
    """Django's migrate, and afterwards the trail's triggers and the cache's table, which no migration keeps."""

    def handle(self, *args, **options):
        super().handle(*args, **options)
        if trail_guard.TABLE in connection.introspection.table_names():
            trail_guard.install()
        call_command("createcachetable", verbosity=0)
