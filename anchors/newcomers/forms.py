from django import forms

from anchors.newcomers.services import PICK_ANCHOR


class JoinForm(forms.Form):
    """Which of the candidates it is."""

    anchor = forms.ModelChoiceField(
        None, widget=forms.RadioSelect, empty_label=None, label="是哪一位",
        error_messages={"required": PICK_ANCHOR, "invalid_choice": PICK_ANCHOR},
    )

    def __init__(self, candidates, data=None):
        super().__init__(data)
        self.fields["anchor"].queryset = candidates
