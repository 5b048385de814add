"""What is chosen in the registry's list, and the token by which a preview is confirmed."""

from django import forms
from django.core.exceptions import ValidationError

from anchors.moves import policy
from anchors.moves.models import Move
from anchors.moves.selection import BadToken, Selection, unsealed
from anchors.registry.filters import Narrowing

PICK_BRANCH = "请选要调到哪个支部。"
PICK_ANCHORS = "还没有勾选主播。请回到名单勾选，或者选“找到的全部”。"
PICK_SCOPE = "请选要调整哪些主播。"
BAD_FILTER = "名单的条件有一项读不懂。请回到名单重新选条件。"
TOKEN_GONE = "这一页不完整，或者不是您打开的。请回到主播名单重新选。"
MOST = 2000  # ticks; more are chosen by a filter


class TickedField(forms.Field):
    """Ids of ticked rows."""

    widget = forms.MultipleHiddenInput

    def to_python(self, values):
        ids = {int(value) for value in values or () if value.isascii() and value.isdigit() and len(value) < 19}
        return tuple(sorted(ids)[:MOST])


class SelectionForm(forms.Form):
    """Read from the address, so that a preview may be loaded again; gives a Selection."""

    to = forms.ModelChoiceField(None, error_messages={"required": PICK_BRANCH, "invalid_choice": PICK_BRANCH})
    scope = forms.ChoiceField(
        choices=Move.Kind.choices, error_messages={"required": PICK_SCOPE, "invalid_choice": PICK_SCOPE}
    )
    anchor = TickedField(required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        self.narrowing = Narrowing(user, data)
        self.fields["to"].queryset = policy.targets(user)

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if cleaned["scope"] == Move.Kind.TICKED and not cleaned["anchor"]:
            raise ValidationError(PICK_ANCHORS)
        if cleaned["scope"] == Move.Kind.FILTERED and not self.narrowing.is_clear:
            raise ValidationError(BAD_FILTER)  # in a list it narrows nothing; here it would move everybody
        return cleaned

    @property
    def branch(self):
        return self.cleaned_data["to"]

    @property
    def selection(self):
        kind = self.cleaned_data["scope"]
        return Selection(
            self.branch.pk, kind, "" if kind == Move.Kind.SUGGESTED else self.narrowing.query,
            self.cleaned_data["anchor"] if kind == Move.Kind.TICKED else (),
        )


class ConfirmForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, error_messages={"required": TOKEN_GONE})

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user = user

    def clean_token(self):
        """The Seen preview; its branch must still be one to which this person may take anchors."""
        try:
            seen = unsealed(self.cleaned_data["token"], self.user)
        except BadToken:
            raise ValidationError(TOKEN_GONE) from None
        self.branch = policy.targets(self.user).filter(pk=seen.selection.to_branch_id).first()
        if self.branch is None:
            raise ValidationError(TOKEN_GONE)
        return seen
