"""Which admitted forms nobody uses: derived from the reports in the statement of the list, kept nowhere."""

from django.db.models import Case, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, When

from branches.admission.models import standing_on
from branches.reports.models import Report
from branches.reports.periods import PERIODIC
from branches.rules.models import Rule

ENOUGH = "FORM_UNUSED_PERIODS"


def with_use(forms, now, day):
    """Annotate `unused`: for how many periods up to now nobody used a form, where the rule of that Shanghai day
    proposes its removal for it, else 0. Of a form that is filled elsewhere no use is known.
    """
    enough = Rule.objects.filter(code=ENOUGH, since__lte=day).order_by("-since").values("value")[:1]
    proposed = standing_on(day) & Q(code__in=PERIODIC)
    return forms.alias(periods=_periods_unused(now)).annotate(
        unused=Case(When(proposed, periods__gte=Subquery(enough), then=F("periods")), default=0)
    )


def _periods_unused(now):
    """How many periods of the form were due without that a branch had filed one of them or a later one."""
    reports = Report.objects.filter(form=OuterRef("code"))
    used = Report.objects.filter(form=OuterRef("form"), filed_at__isnull=False, starts_on__gte=OuterRef("starts_on"))
    due = reports.filter(due_at__lte=now, starts_on__gte=OuterRef("since")).exclude(Exists(used))
    number = Func(F("starts_on"), template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    return Subquery(due.order_by().annotate(number=number).values("number"))
