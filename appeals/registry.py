"""What the registry of anchors asks of appeals, by settings ANCHORS_IN_HAND and OWN_DATA: it stands below them."""

from django.utils import timezone

from anchors.registry.policy import speaks_for
from appeals.models import Appeal, Event
from appeals.querysets import named_to
from appeals.workflow import Status


def in_hand(user):
    """Ids of the anchors with an open appeal that this person may act on now, and whose it is for them to know."""
    mine = Appeal.objects.visible_to(user).with_me(user).filter(named_to(user), anchor__isnull=False)
    return mine.values("anchor")


def own_data(person):
    """Each appeal that is the person's: their words, what was answered to them, and where it stands."""
    own = sorted(speaks_for(person))
    appeals = Appeal.objects.filter(anchor__in=own).select_related("category").order_by("submitted_at", "id")
    told = {}
    events = Event.objects.filter(appeal__anchor__in=own, words__isnull=False).exclude(words__public="")
    for event in events.select_related("words").order_by("appeal", "seq"):
        told.setdefault(event.appeal_id, []).append(event)
    return [_section(appeal, told.get(appeal.pk, [])) for appeal in appeals]


def _section(appeal, events):
    lines = [
        ("类别", appeal.category.name), ("标题", appeal.title), ("内容", appeal.body),
        ("提交", f"{timezone.localtime(appeal.submitted_at):%Y-%m-%d %H:%M}"),
        ("现在", Status(appeal.status).label),
    ]
    said = [
        (f"{timezone.localtime(event.at):%Y-%m-%d %H:%M} {event.get_verb_display()}", event.words.public)
        for event in events[1:]  # the first line repeats title and content
    ]
    return f"诉求 {appeal.number}", lines + said
