from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error
from django.db import connections


def sealed_rows_have_their_key(app_configs=None, databases=None, **kwargs):
    """Sealed phones without their key would be lost silently, one by one; say so before the start."""
    return without_key(get_user_model(), databases)


def without_key(model, databases):
    """Errors for a table with a column `phone_sealed`, one for each database that lacks the key of a row."""
    errors = []
    for alias in databases or []:
        if model._meta.db_table not in connections[alias].introspection.table_names():
            continue
        unknown = model.objects.using(alias).exclude(phone_sealed=None)
        for key_id in settings.FIELD_KEYS:
            unknown = unknown.exclude(phone_sealed__startswith=f"{key_id}:")
        value = unknown.values_list("phone_sealed", flat=True).first()
        if value:
            errors.append(
                Error(
                    f"数据库里有用密钥 {value.partition(':')[0]!r} 加密的手机号，但现在没有这把密钥。",
                    hint="请把备份里的 VAR/secrets.json 放回原处，或在 FIELD_KEYS 里补上这把密钥。",
                    id="accounts.E001",
                )
            )
    return errors
