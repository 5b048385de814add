from django import forms

from appeals.ending.guidance import ACCUSATION, NotHere
from appeals.forms import VerbForm, Words
from appeals.models import TEXT_LIMIT


class NotHereForm(VerbForm):
    reason = forms.ChoiceField(
        choices=NotHere.choices, widget=forms.RadioSelect, label="为什么不在这里办", help_text=ACCUSATION,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选一个原因。"),
    )
    text = Words(
        max_length=TEXT_LIMIT, required="请写清为什么，主播会原样看到。", label="写给主播",
        help_text="说清依据，和接下来找谁。去处的说明和“可以申请复查一次”会自动附上。",
    )


class ReviewForm(VerbForm):
    text = Words(max_length=TEXT_LIMIT, required="请写一句为什么要复查。", rows=3, label="为什么要复查")
