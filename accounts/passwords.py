"""Django's rules for passwords, which in this version complain about the length in English, in our words."""

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self):
        return f"密码太短，至少要 {self.min_length} 位。"


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self):
        return "这个密码太常见，别人容易猜到，请换一个。"


class NotOnlyDigits(password_validation.NumericPasswordValidator):
    def get_error_message(self):
        return "密码不能全是数字，请加上字母或汉字。"


def check(password, *, field):
    """Raise ValidationError at `field` with the first thing that is wrong."""
    try:
        password_validation.validate_password(password)
    except ValidationError as error:
        raise ValidationError({field: error.messages[0]}) from None
