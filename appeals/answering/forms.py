from django import forms

from appeals.attachments.forms import FilesField
from appeals.forms import VerbForm, Words
from appeals.models import TEXT_LIMIT, Category
from appeals.negotiation.forms import DecisionForm
from appeals.workflow import ACTIVE, Status


class ReleaseForm(VerbForm):
    """An answer that goes to a colleague first; what is merged into the appeal gets the same."""

    text = Words(
        max_length=TEXT_LIMIT, required="请写答复的内容。", label="写答复",
        help_text="办了什么、哪天办的、后面找谁。审过以后主播会原样看到。",
    )
    files = FilesField()


class DecideReleaseForm(DecisionForm):
    text = Words(
        max_length=TEXT_LIMIT, rows=3, label="说明", help_text="不同意的，请写一句还差什么；只给办理的人看。"
    )


class TemplateForm(forms.Form):
    title = Words(max_length=40, required="请写一个名称。", label="名称", widget=forms.TextInput)
    text = Words(
        max_length=TEXT_LIMIT, required="请写内容。", rows=8, label="内容",
        help_text="要填的地方用【】标出来，比如【日期】、【结果】。",
    )
    category = forms.ModelChoiceField(
        Category.objects.select_related("parent"), required=False, label="哪一类", empty_label="各类都可用",
        error_messages={"invalid_choice": "请选一类，或者各类都可用。"},
    )
    status = forms.ChoiceField(
        choices=[("", "都可用"), *((code, Status(code).label) for code in ACTIVE)], required=False, label="什么时候用",
        error_messages={"invalid_choice": "请选什么时候用。"},
    )
