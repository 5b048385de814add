from django.shortcuts import render
from django.views.decorators.http import require_safe

from branches.facts.models import Fact


@require_safe
def fact_list(request):
    """Quoted figures; those of other places stand apart and are never added to ours."""
    facts = list(Fact.objects.all())
    own = [fact for fact in facts if fact.scope == Fact.Scope.OWN]
    reference = [fact for fact in facts if fact.scope == Fact.Scope.REFERENCE]
    return render(request, "branches/fact_list.html", {"own": own, "reference": reference})
