from django import forms

from appeals.attachments.forms import FilesField
from appeals.forms import VerbForm, Words
from appeals.models import TEXT_LIMIT
from appeals.pausing.reasons import MOST_DAYS, SuspendReason


class SuspendForm(VerbForm):
    reason = forms.ChoiceField(
        choices=SuspendReason.choices, widget=forms.RadioSelect, label="在等什么",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选一个原因。"),
    )
    days = forms.TypedChoiceField(
        choices=[(n, f"{n} 个工作日") for n in range(1, MOST_DAYS + 1)], coerce=int, label="最多等多久",
        error_messages=dict.fromkeys(("required", "invalid_choice"), f"请选 1 到 {MOST_DAYS} 个工作日。"),
    )
    text = Words(
        max_length=TEXT_LIMIT, required="请写一句等什么，主播看得到。", label="写给主播",
        help_text="等谁的什么，要主播做什么。主播会原样看到。",
    )


class SupplementForm(VerbForm):
    text = Words(
        max_length=TEXT_LIMIT, required="请写一句要补充什么。", label="补充什么",
        help_text="新的情况、时间、单号都可以。办理的人会收到消息。",
    )
    files = FilesField()
