"""Whoever speaks brings finished words; here they become rows. Nothing in here talks to a network."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from notices.models import Notice, Text


@dataclass(frozen=True, slots=True)
class Message:
    """What one person shall read. `key` names the happening: the same key reaches a person once."""

    recipient_id: int
    key: str
    title: str
    text: str = ""
    url: str = ""


def send(recipients, *, key, title, text="", url="", at=None):
    """Put one notice into the inbox of each recipient (User rows or ids); known keys are passed over."""
    ids = {getattr(recipient, "pk", recipient) for recipient in recipients}
    send_all([Message(pk, key, title, text, url) for pk in sorted(ids)], at=at)


def send_all(messages, *, at=None):
    """The same for many messages, in one statement where the engine can."""
    now = at or timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(recipient_id=m.recipient_id, key=m.key, title=m.title, text=m.text, url=m.url, created_at=now)
            for m in messages
        ],
        ignore_conflicts=True,
    )


def blank(recipients, *, keys, text):
    """Of what these people (ids) were told by these keys only the title stays: `text` instead, and no way there."""
    Notice.objects.filter(recipient__in=recipients, key__in=keys).update(text=text, url="")


def mark_read(notice, *, actor):
    """The recipient has opened it; opening it again changes nothing."""
    Notice.objects.visible_to(actor).filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def mark_all_read(*, actor):
    """Return how many notices were unread until now."""
    return Notice.objects.visible_to(actor).unread().update(read_at=timezone.now())


def queue_text(recipient, *, kind, words, expires_at, at=None):
    """A text message to the person's phone; a sweep sends it. After `expires_at` it is of no use. Returns the Text."""
    text = Text(recipient=recipient, kind=kind, created_at=at or timezone.now(), expires_at=expires_at)
    text.seal_words(words)
    text.save()
    return text
