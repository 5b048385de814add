from django import forms

from anchors.census.services import LARGEST_FILE

PICK = "请选一个 .xlsx 文件。"


class UploadForm(forms.Form):
    file = forms.FileField(
        label="摸底表", help_text=f".xlsx 文件，不超过 {LARGEST_FILE // 2**20} MB。读取后先给您看预览，确认了才写入。",
        error_messages={"required": PICK, "invalid": PICK, "missing": PICK, "empty": "这个文件是空的，请重新选择。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx", "class": "form-control"}),
    )
    round_name = forms.CharField(
        label="记在哪一轮", max_length=40, required=False, help_text="不填就记在本月这一轮。",
        error_messages={"max_length": "请不超过 40 个字。"},
    )
