from django import forms

from appeals.forms import AppealForm
from appeals.protection import codes

NO_CODE = "查询码是 10 位字母和数字，里面没有 0、O、1、I、L。请对着记下的再看一遍。"


class AnonymousForm(AppealForm):
    """As with a login: nothing is asked that would say who it is."""

    field_order = ("category", "body", "title", "kind", "agree")

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
