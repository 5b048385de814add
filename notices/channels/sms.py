"""Text messages. A provider is one function `f(phone, text)`, named in settings.SMS_BACKEND.

It returns when the provider has taken the message, raises NotSent when it certainly has not, and anything else when
nobody knows: such a message is never sent again by itself.
"""

from django.conf import settings
from django.utils.module_loading import import_string


class NotSent(Exception):
    """The provider refused, or was not reached; later it may be tried again."""


def is_configured():
    return bool(settings.SMS_BACKEND)


def send_text(phone, text):
    import_string(settings.SMS_BACKEND)(phone, text)
