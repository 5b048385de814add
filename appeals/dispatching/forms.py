from django import forms
from django.utils import timezone

from appeals.asking import spoken_offers
from appeals.attachments.forms import FilesField
from appeals.dispatching.services import USUAL_DAYS, offered
from appeals.duties.services import suggestion
from appeals.forms import VerbForm, Words
from appeals.models import TEXT_LIMIT
from branches.organisation.models import Partner

PICK_UNIT = "请选一个单位。"


class DispatchForm(VerbForm):
    partner = forms.ModelChoiceField(
        Partner.objects.all(), label="派给哪个单位", empty_label="请选单位",
        error_messages={"required": PICK_UNIT, "invalid_choice": PICK_UNIT},
    )
    text = Words(
        max_length=TEXT_LIMIT, required="请写清请这个单位办什么。", label="请他们办什么",
        help_text="对方只看得到编号、类别和这段话。不要写主播的姓名、电话。",
    )
    days = forms.TypedChoiceField(
        coerce=int, label="几天内回复", help_text="不能晚于市行业党委自己的期限。",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选几个工作日。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = timezone.now()
        choices = spoken_offers(offered(self.appeal.current, now), now)
        self.fields["days"].choices = choices
        self.initial["days"] = min(USUAL_DAYS, len(choices))
        if not self.is_bound:
            unit, source = suggestion(self.appeal.category)
            self.initial["partner"] = unit
            if source:
                self.fields["partner"].help_text = f"建议：{unit.name if unit else '行业党委自己办'}（{source}）"


class DispatchReplyForm(forms.Form):
    """No version: what the committee does meanwhile is not the unit's to see; two replies the service refuses."""

    text = Words(max_length=TEXT_LIMIT, required="请写办得怎么样。", label="回复", help_text="只给市行业党委看。")
    files = FilesField()
    partner = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, appeal=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.appeal = appeal
