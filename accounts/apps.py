from django.apps import AppConfig
from django.core.checks import Tags, register

from accounts import checks


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "人员与登录"

    def ready(self):
        register(checks.sealed_rows_have_their_key, Tags.database)
