import django_filters

from branches.reports import periods
from branches.reports.models import Report


class ReportFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="branch__name", lookup_expr="icontains", max_length=60, label="党支部名称里的字"
    )
    state = django_filters.ChoiceFilter(choices=Report.State.choices, label="状态")
    form = django_filters.ChoiceFilter(choices=periods.Form.choices, label="报表")
    period = django_filters.CharFilter(validators=[periods.check], label="期别：2026-10、2026-Q4、2026-H2、2026")
