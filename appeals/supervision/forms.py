from django import forms
from django.utils import timezone

from appeals.asking import offers, spoken_offers
from appeals.forms import VerbForm, Words
from appeals.models import TEXT_LIMIT
from appeals.supervision.models import SheetGrade, SheetReason
from appeals.supervision.services import USUAL_DAYS
from branches.calendar.services import current_calendar

OFFERED_DAYS = 10


def _pick(sentence):
    return dict.fromkeys(("required", "invalid_choice"), sentence)


class SuperviseForm(VerbForm):
    reason = forms.ChoiceField(
        choices=SheetReason.choices, widget=forms.RadioSelect, label="为什么督办",
        error_messages=_pick("请选一个原因。"),
    )
    grade = forms.ChoiceField(
        choices=SheetGrade.choices, widget=forms.RadioSelect, label="级别", initial=SheetGrade.ORDINARY,
        error_messages=_pick("请选一个级别。"),
    )
    text = Words(
        max_length=TEXT_LIMIT, required="请写清要求做到什么。", label="要求", help_text="办理的人看得到，主播看不到。"
    )
    days = forms.TypedChoiceField(
        coerce=int, label="几天内回复", initial=USUAL_DAYS, error_messages=_pick("请选几个工作日。")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = timezone.now()
        self.fields["days"].choices = spoken_offers(offers(current_calendar(), now, most=OFFERED_DAYS), now)


class AnswerSheetForm(VerbForm):
    text = Words(
        max_length=TEXT_LIMIT, required="请写办得怎么样。", label="督办回复", help_text="给市行业党委看，主播看不到。"
    )
    sheet = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
