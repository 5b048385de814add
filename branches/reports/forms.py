from django import forms

from branches.reports.services import REMARK_LIMIT


class FileForm(forms.Form):
    remark = forms.CharField(
        label="想说的话", required=False, max_length=REMARK_LIMIT, strip=True,
        widget=forms.Textarea(attrs={"placeholder": "亮点、困难、下月打算，有就写，没有就空着", "maxlength": None}),
        error_messages={
            "max_length": "最多 %(limit_value)d 字，现在 %(show_value)d 字。",
            "null_characters_not_allowed": "里面有系统认不出的字符，请删掉再报。",
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
