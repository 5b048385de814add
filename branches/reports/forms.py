from django import forms
from django.utils import timezone

from branches.organisation.models import Branch
from branches.reports import periods
from branches.reports.services import LIMIT
from xinyu_portal.typed import DayField, ReasonField, RowsField, VersionField, sentences

NO_BRANCH = "没有这个支部，请重新勾选。"


class FileForm(forms.Form):
    remarks = forms.CharField(
        label="想说的话", required=False, max_length=LIMIT, error_messages=sentences(),
        widget=forms.Textarea({"placeholder": "亮点、困难、下月打算，有就写，没有就空着", "maxlength": None}),
    )
    version = VersionField()


class ReturnForm(forms.Form):
    reason = ReasonField("请写明退回的理由，至少 2 个字。", "退回的理由")


class RollUpForm(forms.Form):
    """Which roll-up: a form, and a period of it; nothing said is the latest month that ended."""

    form = forms.ChoiceField(
        label="报表", required=False, choices=[(form.value, form.label) for form in periods.PERIODIC],
        error_messages=sentences(),
    )
    period = forms.CharField(
        label="期别", required=False, max_length=10, validators=[periods.check], error_messages=sentences(),
    )

    def clean(self):
        said = super().clean()
        form = periods.Form(said.get("form") or periods.Form.MONTH)
        period = said.get("period")
        if self.errors:
            return said
        said["period"] = periods.parse(period) if period else periods.latest_ended(form, timezone.now())
        if said["period"].form != form:
            self.add_error("period", f"这不是{form.short}的期别。{periods.BAD}")
        return said


class TemplateForm(forms.Form):
    file = forms.FileField(
        label="改好的模板", help_text="Word 文件（.docx），不超过 1 MB。先试排一遍，排得出来才换上。",
        max_length=200, widget=forms.FileInput({"accept": ".docx", "class": "form-control"}),
        error_messages={
            **dict.fromkeys(("required", "invalid", "missing"), "请选一个 .docx 文件。"),
            "empty": "这个文件是空的，请重新选择。", "max_length": "文件名太长，请改短再传。",
        },
    )


class EventForm(forms.Form):
    """A matter of its own that branches report on."""

    subject = forms.CharField(
        label="事项", max_length=40, min_length=2, help_text="如“台风停播情况”，40 字内。",
        error_messages=sentences("请写明要报什么，至少 2 个字。") | {"min_length": "请写明要报什么，至少 2 个字。"},
    )
    day = DayField("是哪一天的事", "请填是哪一天的事。")
    branches = RowsField(
        Branch.objects.order_by("established_on", "pk"), NO_BRANCH, label="哪些支部", required=False,
        widget=forms.CheckboxSelectMultiple, help_text="一个都不勾，就是全部支部。",
    )
