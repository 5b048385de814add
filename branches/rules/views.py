from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.rules.models import Rule
from branches.rules.services import rules_on


@require_safe
def rule_list(request):
    """The numbers that the portal reckons with, where they stand, and which are still to be confirmed."""
    today = timezone.localdate()
    rules = list(rules_on(today))
    context = {
        "rules": rules, "unconfirmed": sum(not rule.confirmed for rule in rules),
        "coming": Rule.objects.filter(since__gt=today).order_by("since", "id"),
    }
    return render(request, "branches/rule_list.html", context)
