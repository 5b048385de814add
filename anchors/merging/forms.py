"""Which two entries, which of them stays, and why."""

from django import forms

from anchors.merging.services import REASON_LIMIT
from anchors.registry.models import Anchor

PICK_TWO = "请选两条登记。"
PICK_KEPT = "请选保留哪一条。"


class PairForm(forms.Form):
    """Read from the address."""

    one = forms.ModelChoiceField(None, error_messages={"required": PICK_TWO, "invalid_choice": PICK_TWO})
    two = forms.ModelChoiceField(None, error_messages={"required": PICK_TWO, "invalid_choice": PICK_TWO})

    def __init__(self, data, *, user):
        super().__init__(data)
        rows = Anchor.objects.visible_to(user).in_use().for_list().prefetch_related("accounts")
        self.fields["one"].queryset = self.fields["two"].queryset = rows

    @property
    def pair(self):
        return self.cleaned_data["one"], self.cleaned_data["two"]


class MergeForm(PairForm):
    keep = forms.ChoiceField(
        choices=[("one", "左边这条"), ("two", "右边这条")], widget=forms.RadioSelect, label="保留哪一条",
        error_messages={"required": PICK_KEPT, "invalid_choice": PICK_KEPT},
    )
    reason = forms.CharField(
        required=False, max_length=REASON_LIMIT, label="怎么知道是同一个人", widget=forms.TextInput,
        help_text="两条都有人在登录的，或者姓名不一样的，一定要写。",
        error_messages={"max_length": "请不超过 %(limit_value)d 个字，现在有 %(show_value)d 个字。"},
    )

    @property
    def kept_and_gone(self):
        one, two = self.pair
        return (one, two) if self.cleaned_data["keep"] == "one" else (two, one)
