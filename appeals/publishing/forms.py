from django import forms

from appeals.forms import VerbForm, Words
from appeals.publishing.services import LIMITS, NEEDED


class ConsentForm(VerbForm):
    granted = forms.TypedChoiceField(
        choices=[("yes", "同意公开"), ("no", "不公开")], coerce=lambda said: said == "yes", widget=forms.RadioSelect,
        label="答复去掉姓名以后，可以公开给别的主播看吗",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选同意还是不同意。"),
    )


class PublishForm(VerbForm):
    title = Words(max_length=LIMITS["title"], required=NEEDED["title"], widget=forms.TextInput, label="标题")
    question = Words(
        max_length=LIMITS["question"], required=NEEDED["question"], label="问题",
        help_text="不写姓名、艺名、企业、电话。",
    )
    answer = Words(
        max_length=LIMITS["answer"], required=NEEDED["answer"], label="答复", help_text="重新写，不照抄。"
    )

    def __init__(self, *args, **kwargs):
        """The button 撤下 sends `withdraw` and no words."""
        super().__init__(*args, **kwargs)
        if self.data.get("withdraw"):
            self.fields = {"version": self.fields["version"]}

    def clean(self):
        data = super().clean()
        return {**data, "withdraw": True} if len(self.fields) == 1 else data
