from django import forms

from branches.organisation.forms import BranchField
from members.sheets import policy
from members.sheets.layouts import LAYOUTS
from members.sheets.models import Sheet
from members.sheets.services import TITLE_LIMIT, WHY
from xinyu_portal.typed import sentences


class ExportForm(forms.Form):
    branch = BranchField("哪个支部", required=False, empty_label="全部支部")
    reason = forms.CharField(
        label="用途", max_length=100, help_text="写进表头和操作记录，如“党内统计年报核对”。",
        error_messages=sentences(WHY),
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own, field = policy.branches_of(user), self.fields["branch"]
        field.narrow(own)
        if own is not None:
            field.empty_label = "本支部" if len(own) == 1 else "我的全部支部"


class ImportForm(forms.Form):
    sheet = forms.ChoiceField(
        label="哪张表", choices=[(sheet.value, sheet.label) for sheet in LAYOUTS],
        error_messages=sentences("请选一张表。"),
    )
    branch = BranchField("哪个支部的", required=False, empty_label="几个支部的，按表里写的")
    file = forms.FileField(
        label="文件", help_text="Excel 文件（.xlsx），不超过 2 MB、500 行。",
        widget=forms.ClearableFileInput({"accept": ".xlsx"}),
        error_messages=sentences("请选一个文件。", "请选一个文件。") | {
            "empty": "这个文件是空的，请重新选择。", "missing": "请选一个文件。",
        },
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own, field = policy.branches_of(user), self.fields["branch"]
        field.narrow(own)
        if own is not None:
            field.required, field.empty_label = True, "请选"

    def clean_sheet(self):
        return Sheet(self.cleaned_data["sheet"])


class ColumnsForm(forms.Form):
    """A title and a tick for each column of one table, under the field's name."""

    def __init__(self, columns, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.columns = columns
        for column in columns:
            self.fields[column.field] = forms.CharField(
                label=f"表头：{column.title}", max_length=TITLE_LIMIT, initial=column.title,
                error_messages=sentences("请填表头。"),
            )
            self.fields[f"{column.field}-shown"] = forms.BooleanField(
                label=f"要“{column.title}”这一列", required=False, initial=column.shown,
            )

    @property
    def titles(self):
        return {column.field: self.cleaned_data[column.field] for column in self.columns}

    @property
    def shown(self):
        return {column.field for column in self.columns if self.cleaned_data[f"{column.field}-shown"]}

    def lines(self):
        """(column, its title, its tick) in the order of the table."""
        return [(column, self[column.field], self[f"{column.field}-shown"]) for column in self.columns]
