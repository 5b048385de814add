from django import forms

from accounts.reveals import Why
from xinyu_portal.typed import sentences


class WhyForm(forms.Form):
    why = forms.ChoiceField(
        label="为什么要看", choices=Why.choices, widget=forms.RadioSelect, error_messages=sentences("请选一个原因。")
    )
