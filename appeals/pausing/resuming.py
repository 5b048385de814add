"""What a suspended stage gets back."""

from datetime import datetime

from appeals.models import Event
from appeals.workflow import Verb


def accepted_by(stages):
    """`{stage id: when it was due to be accepted}`, as the line that put it aside remembers. One statement."""
    lines = Event.objects.filter(stage__in=stages, verb=Verb.SUSPEND).order_by("seq")
    return {pk: datetime.fromisoformat(facts["accept_due_at"]) for pk, facts in lines.values_list("stage", "facts")}
