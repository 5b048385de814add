from django import forms

from branches.admission.models import COUNT_LIMIT, MONEY_LIMIT, YEARS_MOST, ReportForm
from branches.reports.periods import Form
from xinyu_portal.typed import DayField, ReasonField, VersionField, sentences


def _whole(label, limit, hint="", unit=""):
    said = f"请填 0 到 {limit}{unit or ' '}的整数，没有就填 0。"
    return forms.IntegerField(
        label=label, min_value=0, max_value=limit, help_text=hint,
        error_messages=sentences(said, said) | {"min_value": said, "max_value": said},
    )


class EnterForm(forms.Form):
    """What a form must say before it is looked at: each of it is asked, but for where it is filled."""

    title = forms.CharField(label="表名", max_length=60, error_messages=sentences("请填表名。"))
    owner = forms.CharField(
        label="谁要的", max_length=60, help_text="提出来的部门或单位，不填个人。",
        error_messages=sentences("请填部门或单位。"),
    )
    basis = forms.CharField(
        label="依据", max_length=200, help_text="文件名和文号，哪一条。",
        error_messages=sentences("请填依据，没有依据的表不能准入。"),
    )
    period = forms.ChoiceField(
        label="多久报一次", choices=[("", "请选"), *ReportForm.Period.choices],
        error_messages=sentences("请选多久报一次。"),
    )
    code = forms.ChoiceField(
        label="在本系统里填", required=False, choices=[("", "不在本系统里填"), *Form.choices],
        help_text="选了哪一张，多久报一次就和它一样。", error_messages=sentences(),
    )
    since = DayField("从哪天起", "请填从哪天起。")
    expires_on = DayField(
        "到哪天止（含当日）", "请填到哪天止，到期自动失效。", help_text=f"最多 {YEARS_MOST} 年，长期要用的到期再续。"
    )
    people = _whole("随表来几个人", COUNT_LIMIT, "人随责走：派来一起做的人，没有就填 0。")
    money = _whole("随表来多少元", MONEY_LIMIT, "费随事转：整元，没有就填 0。", " 元")
    items_before = _whole("原来填报事项", COUNT_LIMIT, "支部原来要为它填多少项；以前没有这张表就填 0。")
    items_after = _whole("现在填报事项", COUNT_LIMIT, "准入以后要填多少项。")

    @classmethod
    def of(cls, form, data=None, **others):
        """Filled with what a ReportForm says, but for `others`."""
        present = {name: getattr(form, name) for name in cls.base_fields} | {"code": form.code or ""} | others
        return cls(data, initial=present)

    def clean_code(self):
        return self.cleaned_data["code"] or None

    def clean(self):
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("expires_on")
        if since and until and until < since:
            self.add_error("expires_on", "截止日期不能早于开始日期。")


class CorrectForm(EnterForm):
    version = VersionField()


class DecideForm(forms.Form):
    version = VersionField()
    granted = forms.TypedChoiceField(
        label="准不准", choices=[("yes", "准入"), ("no", "不准入")], widget=forms.RadioSelect,
        coerce=lambda word: word == "yes", error_messages=sentences("请选准入还是不准入。"),
    )
    reason = ReasonField("请写清理由，至少 2 个字。")


class RemoveForm(forms.Form):
    reason = ReasonField("请写清为什么取消，至少 2 个字。")
