from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.facts.counting import counted
from branches.facts.derived import derived
from branches.facts.models import METHOD, SOURCE, Fact


@require_safe
def fact_list(request):
    """What is quoted, beside it what the portal counts, and what follows from both; other places stand apart."""
    facts, now = list(Fact.objects.all()), timezone.now()
    known = counted(request.user, now)
    own = [fact for fact in facts if fact.scope == Fact.Scope.OWN]
    for fact in own:
        fact.counted = known.get(fact.code)
    context = {
        "both": [fact for fact in own if fact.counted], "own": [fact for fact in own if not fact.counted],
        "reference": [fact for fact in facts if fact.scope == Fact.Scope.REFERENCE],
        "derived": derived(facts), "now": now, "source": SOURCE, "method": METHOD,
    }
    return render(request, "branches/fact_list.html", context)
