from django import forms

from appeals.duties.services import BASIS_LIMIT
from branches.organisation.models import Partner
from xinyu_portal.typed import DayField, RowsField, sentences

NO_UNIT = "没有这个单位，请重新选。"


class DutyForm(forms.Form):
    partner = forms.ModelChoiceField(
        Partner.objects.order_by("pk"), label="责任单位", required=False, empty_label="行业党委自己办",
        error_messages=sentences(),
    )
    assisting = RowsField(
        Partner.objects.order_by("pk"), NO_UNIT, label="协办单位", required=False, widget=forms.CheckboxSelectMultiple
    )
    basis = forms.CharField(
        label="依据", max_length=BASIS_LIMIT, help_text="文件名和哪一条，或者哪次会议定的。",
        error_messages=sentences("请写依据，至少 2 个字。"),
    )
    since = DayField("从哪天起", "请填从哪天起。")
