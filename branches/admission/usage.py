"""Which admitted forms nobody uses: derived from the reports in the statement of the list, kept nowhere."""

from django.db.models import Case, Exists, F, Func, IntegerField, OuterRef, Q, Subquery, When

from branches.admission.models import ReportForm, standing_on
from branches.reports.models import Report
from branches.rules.models import Rule

ENOUGH = "FORM_UNUSED_PERIODS"


def with_use(forms, now, day):
    """Annotate `unused`: for how many periods up to now nobody used a form, where the rule of that Shanghai day
    proposes its removal for it, else 0. Of a form that is filled elsewhere no use is known.
    """
    enough = Rule.objects.filter(code=ENOUGH, since__lte=day).order_by("-since").values("value")[:1]
    proposed = standing_on(day) & Q(code=ReportForm.Code.MONTH)
    return forms.alias(periods=_months_unused(now)).annotate(
        unused=Case(When(proposed, periods__gte=Subquery(enough), then=F("periods")), default=0)
    )


def _months_unused(now):
    """How many months of the form were due without that a branch had filed one of them or of a later month."""
    used = Report.objects.filter(state=Report.State.FILED, month__gte=OuterRef("month"))
    due = Report.objects.filter(due_at__lte=now, month__gte=OuterRef("since")).exclude(Exists(used))
    months = Func(F("month"), template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    return Subquery(due.order_by().annotate(number=months).values("number"))
