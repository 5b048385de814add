from django import forms
from django.utils import timezone

from branches.organisation.forms import BranchField
from members.roster.forms import text
from members.transfers.services import REASON_LIMIT, WHY
from xinyu_portal.typed import DayField, sentences


class StartForm(forms.Form):
    to_branch = BranchField("转到本行业的支部", required=False, empty_label="请选")
    to_name = text("转到外面的党组织", 60, required=False, help_text="写全称。和上面一项只填一个。")
    letter_on = DayField("介绍信开具日期", initial=timezone.localdate)
    valid_days = forms.IntegerField(
        label="有效期（天）", required=False, min_value=1, max_value=999,
        widget=forms.TextInput({"inputmode": "numeric"}),
        error_messages=sentences(invalid="请填天数，如 30。") | {
            "min_value": "至少 1 天。", "max_value": "这个数太大了，请再看一下。",
        },
    )
    letter_number = text("介绍信编号", 40, required=False, help_text="照纸面上的填，系统不编号。")

    def __init__(self, *args, member, book, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["to_branch"]
        field.queryset = field.queryset.exclude(pk=member.branch_id)
        city, away, most = (int(book.number(f"TRANSFER_LETTER_{what}")) for what in ("CITY", "AWAY", "MOST"))
        self.fields["valid_days"].help_text = f"空着按市内 {city} 天、市外 {away} 天算，最长 {most} 天。"


class DoneForm(forms.Form):
    on = DayField("从哪天起接收", initial=timezone.localdate)


class SlipForm(forms.Form):
    on = DayField("回执上的接收日期", initial=timezone.localdate)


class CancelForm(forms.Form):
    reason = text("取消的原因", REASON_LIMIT, WHY, widget=forms.Textarea({"maxlength": None}))
