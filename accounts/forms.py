from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from accounts import codes, passwords, phones, services

WRONG = "用户名或密码不对，请再试一次。"
CODE_TYPED, PHONE_TYPED = 40, 40  # characters, with room for spaces and dashes
PASSWORD_LONGEST = 4096


class LoginForm(AuthenticationForm):
    """One sentence for a wrong name, a wrong password and a closed account: it does not say which."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "请填手机号、用户名或回执编号。"
        self.fields["password"].error_messages["required"] = "请填密码。"
        for field in self.fields.values():
            field.error_messages["null_characters_not_allowed"] = WRONG


def _password(label, complete, *, wanted, **more):
    return forms.CharField(
        label=label, max_length=PASSWORD_LONGEST, strip=False, error_messages={"required": wanted},
        widget=forms.PasswordInput(attrs={"autocomplete": complete}), **more,
    )


class ActivationForm(forms.Form):
    code = forms.CharField(
        label="激活码", max_length=CODE_TYPED, help_text="8 位，大小写都行。扫码进来的已经填好。",
        error_messages={"required": "请填激活码。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label="您的手机号", max_length=PHONE_TYPED, error_messages={"required": "请填您的手机号。"},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "username"}),
    )
    password = _password(
        "给自己设一个密码", "new-password", wanted="请设一个密码。", help_text="至少 8 位，不能全是数字。"
    )
    agree = forms.BooleanField(
        label="我看过说明，同意这样使用我的信息", error_messages={"required": services.DISAGREED}
    )

    def clean_code(self):
        code = codes.normalise(self.cleaned_data["code"])
        if not codes.is_code(code):
            raise ValidationError(services.NOT_A_CODE)
        return code

    def clean_phone(self):
        return phones.clean(self.cleaned_data["phone"])

    def clean(self):
        """The service asks again; here it is said together with what else is wrong."""
        if "password" in self.cleaned_data:
            try:
                passwords.check(self.cleaned_data["password"], field="password")
            except ValidationError as error:
                self.add_error(None, error)

    def only_phone(self):
        """Who asks for a code has filled in nothing else yet: the errors, without those of the other fields."""
        for name in set(self.errors) - {"phone"}:
            del self.errors[name]
        return self.errors


class PasswordForm(forms.Form):
    old_password = _password("现在的密码", "current-password", wanted="请填现在的密码。")
    new_password = _password(
        "新密码", "new-password", wanted="请填新密码。", help_text="至少 8 位，不能全是数字。"
    )
