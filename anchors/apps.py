from django.apps import AppConfig
from django.core.checks import Tags, register

from anchors import checks


class AnchorsConfig(AppConfig):
    name = "anchors"
    verbose_name = "主播"

    def ready(self):
        register(checks.waiting_phones_have_their_key, Tags.database)
