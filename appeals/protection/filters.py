from django import forms
from django.db.models import Q

from accounts.models import AuditEvent

NUMBER = 40
KINDS = dict(AuditEvent.Kind.choices) | {"CHANGE": "登记、更正"}  # of one kind, told apart by record_words.py


class TrailFilter(forms.Form):
    q = forms.CharField(max_length=NUMBER, required=False, label="编号")

    def narrowing(self):
        """A condition; what cannot be read narrows nothing."""
        number = (self.cleaned_data.get("q") or "").strip() if self.is_valid() else ""
        return Q(number__icontains=number) if number else Q()


class RecordFilter(forms.Form):
    kind = forms.ChoiceField(
        choices=[("", "全部动作"), *KINDS.items()], required=False, label="动作"
    )
    day = forms.DateField(
        required=False, label="哪一天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def narrowing(self):
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        found = Q(kind=said["kind"]) if said.get("kind") else Q()
        return found & Q(at__date=said["day"]) if said.get("day") else found
