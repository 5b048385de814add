from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError

from branches.calendar import notice_text, policy
from xinyu_portal.typed import sentences

NOTICE_LIMIT = 40
MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class YearForm(forms.Form):
    """The list of a year; a file takes the place of what stands in the box."""

    notice = forms.CharField(
        label="通知文号", required=False, max_length=NOTICE_LIMIT, help_text="照国务院办公厅通知上的写。",
        error_messages=sentences(),
    )
    days = forms.CharField(
        label="放假和调休上班的日子", required=False, max_length=20000, widget=forms.Textarea,
        help_text="一行一天或一段：2027-01-01 休 元旦；2月5日-2月11日 休 春节；2月20日 班 春节。",
        error_messages=sentences(),
    )
    file = forms.FileField(
        label="或者选一个文件", required=False, allow_empty_file=True,
        help_text=".xlsx 或 .csv，三列：日期、休或班、节日。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "class": "form-control"}), error_messages=sentences(),
    )

    def __init__(self, year, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.year, self.listed = year, []

    def clean(self):
        cleaned = super().clean()
        try:
            if cleaned.get("file"):
                cleaned["days"] = notice_text.read_file(cleaned["file"].name, cleaned["file"].read())
            if "days" in cleaned:
                self.listed = notice_text.parse(cleaned["days"], self.year)
        except ValidationError as error:
            self.add_error("days", "".join(error.messages))  # a field shows one sentence: all lines in it
        return cleaned


class ConfirmForm(YearForm):
    seen = forms.CharField(max_length=64, error_messages=sentences("这一页不完整，请从日历重新开始。"))


class ShiftForm(forms.Form):
    user = forms.ModelChoiceField(
        get_user_model().objects.none(), label="谁值班", empty_label="请选",
        error_messages=sentences("请选一位值班的人。") | {"invalid_choice": "只能排党委和支部能接单的人。"},
    )
    starts_at = forms.DateTimeField(
        label="从", input_formats=MOMENTS, widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        error_messages=sentences("请填从什么时候。", "时间要写成 2026-11-28 18:00 这样。"),
    )
    ends_at = forms.DateTimeField(
        label="到", input_formats=MOMENTS, widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
        error_messages=sentences("请填到什么时候。", "时间要写成 2026-11-28 22:00 这样。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(pk__in=policy.on_duty().values("user"))
        self.fields["user"].queryset = people.order_by("name", "pk")
        self.fields["user"].label_from_instance = lambda user: user.name
