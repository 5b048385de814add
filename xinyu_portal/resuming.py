"""What somebody sent after their login had ended: it travels sealed in the login form and is offered again after it.

So nothing that was typed, picked or ticked is lost; files are, since no browser sends them twice by itself.
"""

from dataclasses import dataclass

from django.core import signing

from xinyu_portal import refusals

SALT, LASTS = "xinyu_portal.resuming", 2 * 3600  # seconds
TOKEN = "csrfmiddlewaretoken"


@dataclass(frozen=True)
class Sent:
    """A POST that nobody acted on: where it went, its `[(name, value)]`, and the page that it came from."""

    path: str
    fields: list
    back_url: str
    had_files: bool

    @property
    def kept(self):
        """The words in it, to be shown."""
        return refusals.words(self.fields)


def may_resume(request):
    """Whether what was sent can be offered again: a password is kept nowhere."""
    return not any("password" in name for name in request.POST)


def sealed(request):
    """The text that stands for what was sent, for a hidden field."""
    fields = [(name, value) for name, values in request.POST.lists() if name != TOKEN for value in values]
    found = [request.get_full_path(), fields, refusals.came_from(request), bool(request.FILES)]
    return signing.dumps(found, salt=SALT, compress=True)


def opened(text):
    """The Sent that a text stands for; None where it is none, was changed, or is older than LASTS."""
    try:
        return Sent(*signing.loads(text, salt=SALT, max_age=LASTS))
    except signing.BadSignature:
        return None
