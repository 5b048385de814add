from django import forms

from appeals.forms import AppealForm, Words
from appeals.protection import codes
from appeals.protection.policy import auditors_of

NO_CODE = "查询码是 10 位字母和数字，里面没有 0、O、1、I、L。请对着记下的再看一遍。"


class AnonymousForm(AppealForm):
    """As with a login: nothing is asked that would say who it is."""

    confidentiality = about = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].help_text = "什么时候、什么事、希望怎样。想不让人认出来，就别写姓名、账号和电话。"


class CodeForm(forms.Form):
    code = forms.CharField(
        label="查询码", help_text="提交匿名诉求时给的 10 位码，大小写都行。",
        widget=forms.TextInput(attrs={
            "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 40,
        }),
        error_messages=dict.fromkeys(("required", "null_characters_not_allowed"), NO_CODE),
    )

    def clean_code(self):
        code = codes.read(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(NO_CODE)
        return code


class Day(forms.DateField):
    def __init__(self, **kwargs):
        messages = dict.fromkeys(("required", "invalid"), "请选一天。")
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(error_messages=messages, widget=widget, **kwargs)


class GrantForm(forms.Form):
    auditor = forms.ModelChoiceField(
        None, label="给谁看", empty_label="请选审计人员",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选一位在任的审计人员。"),
    )
    since = Day(label="从哪天")
    until = Day(label="到哪天（含当日）")
    reason = Words(
        max_length=200, required="请写一句为什么要查。", rows=2, label="为什么",
        help_text="主播会看到授权了几天，看不到这句话。",
    )

    def __init__(self, *args, appeal, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["auditor"].queryset = auditors_of(appeal)
