from django import forms

from appeals.forms import VerbForm
from appeals.merging.likely import likely
from appeals.merging.services import PICK_LEAD
from appeals.models import Appeal
from appeals.workflow import ACTIVE

NUMBER_LIMIT = 24


class MergeForm(VerbForm):
    """What may be the same matter to pick from, or the number of any other. Hands over `lead`, an Appeal."""

    lead = forms.ModelChoiceField(
        Appeal.objects.filter(status__in=ACTIVE), required=False, empty_label=None, widget=forms.RadioSelect,
        label="可能是同一件事的", help_text="同类别、同支部或同企业、30 天内、说法相近的。是不是同一件事，由您判断。",
        error_messages={"invalid_choice": PICK_LEAD},
    )
    number = forms.CharField(
        required=False, max_length=NUMBER_LIMIT, label="或者写主案的编号",
        error_messages={"required": PICK_LEAD, "max_length": PICK_LEAD, "null_characters_not_allowed": PICK_LEAD},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = likely(self.appeal)
        self.fields["lead"].choices = [
            (one.appeal.pk, f"{one.appeal.title}（{one.appeal.number}，{one.why}）") for one in found
        ]
        if not found:
            self.fields["lead"].widget = forms.HiddenInput()
            self.fields["number"].label = "主案的编号"
            self.fields["number"].required = not self.data.get("lead")  # offered when the page was drawn
            self.fields["number"].help_text = "没有找到像是同一件事的；知道编号的可以直接写。"

    def clean(self):
        data = super().clean()
        number = (data.pop("number", "") or "").strip()
        if number and not data.get("lead"):
            data["lead"] = Appeal.objects.filter(number=number, status__in=ACTIVE).first()
        if not data.get("lead") and not self.errors:
            self.add_error("number" if number else "lead" if self["lead"].field.choices else "number", PICK_LEAD)
        return data
