from django import forms

from accounts import phones
from anchors.newcomers.services import NAME_LIMIT
from appeals.forms import AppealForm, Words

NO_PHONE = "请填 11 位手机号，以 1 开头。"
BAD = "密码里有一个看不见的坏字符，请删掉重打。"
LEAVE_EMPTY = "还没有提交：有一栏是留给机器的，请让它空着。已经替您清掉了，请再点一次“提交诉求”。"


class PosterForm(AppealForm):
    """The appeal of somebody without a login: name and phone stand beside it, title and kind are left out."""

    title = kind = confidentiality = about = None
    name = Words(
        max_length=NAME_LIMIT, required="请写怎么称呼您。", label="怎么称呼您",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label="手机号", help_text="联系您、核对登记用，页面上打码。",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "maxlength": 20}),
        error_messages={"required": NO_PHONE, "null_characters_not_allowed": NO_PHONE},
    )
    website = forms.CharField(
        required=False, label="网址（请留空）", widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"})
    )
    field_order = ("category", "body", "files", "name", "phone", "agree")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agree"].label = "我同意把以上内容和联系方式用来办这件事"
        self.fields["agree"].help_text = "只给办理的人看，可以随时说不要了"

    def clean_phone(self):
        return phones.clean(self.cleaned_data["phone"])

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(LEAVE_EMPTY)
        return ""

    def without_trap(self):
        """The same words, and the field that only machines fill empty again."""
        self.data = self.data.copy()
        self.data["website"] = ""
        return self

    @property
    def words(self):
        """What `posters.services.file` takes."""
        return {name: self.cleaned_data[name] for name in ("name", "phone", "category", "body", "files", "submit_key")}


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="设一个密码", help_text="至少 8 位，不要全是数字。", strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": "请写一个密码。", "max_length": "密码请不超过 128 位。", "null_characters_not_allowed": BAD,
        },
    )
