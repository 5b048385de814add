from django import forms
from django.utils import timezone

from branches.organisation.models import Branch
from members.meetings.models import Meeting

YEARS = 5


class MeetingFilter(forms.Form):
    """How the list and the ledger are narrowed; what cannot be read narrows no list, and of it no ledger is made."""

    branch = forms.ModelChoiceField(Branch.objects.all(), label="支部", required=False, empty_label="全部支部")
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部类型"), *Meeting.Kind.choices])
    year = forms.ChoiceField(label="年份", required=False)
    state = forms.ChoiceField(required=False, choices=[("", ""), *Meeting.State.choices])

    def __init__(self, *args, several, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        years = range(this + 1, this - YEARS, -1)  # next year's are planned in December
        self.fields["year"].choices = [("", "全部年份"), *((str(year), f"{year} 年") for year in years)]
        if not several:
            del self.fields["branch"]

    @property
    def asked(self):
        """`{name: value}` of what narrows, for the records."""
        return {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items() if value}

    def narrowed(self, meetings):
        found = self.cleaned_data if self.is_valid() else {}
        if found.get("branch"):
            meetings = meetings.filter(branch=found["branch"])
        if found.get("kind"):
            meetings = meetings.filter(kind=found["kind"])
        if found.get("state"):
            meetings = meetings.filter(state=found["state"])
        return meetings.filter(starts_at__year=int(found["year"])) if found.get("year") else meetings
