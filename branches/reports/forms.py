from django import forms

from branches.reports.services import LIMIT
from xinyu_portal.typed import ReasonField, sentences


class FileForm(forms.Form):
    remarks = forms.CharField(
        label="想说的话", required=False, max_length=LIMIT, error_messages=sentences(),
        widget=forms.Textarea({"placeholder": "亮点、困难、下月打算，有就写，没有就空着", "maxlength": None}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    reason = ReasonField("请写明退回的理由，至少 2 个字。", "退回的理由")
