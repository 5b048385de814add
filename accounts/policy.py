from django.conf import settings
from django.utils.module_loading import import_string


def first_page(user):
    """The address that this person sees first after getting in by a code: a room above knows (settings)."""
    return import_string(settings.ACTIVATED_PAGE)(user)
