from django.contrib.auth.forms import AuthenticationForm

WRONG = "用户名或密码不对，请再试一次。"


class LoginForm(AuthenticationForm):
    """One sentence for a wrong name, a wrong password and a closed account: it does not say which."""

    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "请填手机号或用户名。"
        self.fields["password"].error_messages["required"] = "请填密码。"
        for field in self.fields.values():
            field.error_messages["null_characters_not_allowed"] = WRONG
