from django import forms

from members.dues.models import DuesEntry
from members.dues.quoting import BASE_MOST, Kind
from xinyu_portal.typed import RowsField, VersionField, sentences

AMOUNT_MOST = 99999
MONTH, OTHERS = "请填月份，如 2026-10。", "有人不在这份名单里，请重新勾选。"
REASON_LIMIT = DuesEntry._meta.get_field("reason").max_length


def _yuan(label, *, most, said, below, **options):
    """An amount of money in yuan, down to the fen; `said` is the sentence for what is no number."""
    return forms.DecimalField(
        label=label, min_value=0, max_value=most, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": said, "invalid": said, "min_value": below,
            "max_value": "这个数太大了，请看看是不是多打了几位。", "max_decimal_places": "最多写到分，两位小数。",
        },
        **options,
    )


class QuoteForm(forms.Form):
    """The base of one month, in yuan."""

    base = _yuan(
        "每月党费基数（元）", most=BASE_MOST,
        help_text="税后的工资收入；没有固定工资的，填上一季度月均纯收入。",
        said="请填一个数，如 5001。", below="基数不能小于 0。",
    )
    kind = forms.ChoiceField(
        label="是哪一种收入", choices=Kind.choices, initial=Kind.WAGE, required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请选一种收入。"},
    )

    def clean_kind(self):
        return self.cleaned_data["kind"] or Kind.WAGE


class MonthField(forms.DateField):
    """A month as its first day, typed or picked as 2026-10."""

    def __init__(self, **options):
        super().__init__(
            input_formats=["%Y-%m", "%Y年%m月", "%Y/%m"], error_messages=sentences(MONTH, MONTH),
            widget=forms.DateInput(format="%Y-%m", attrs={"type": "month", "autocomplete": "off"}), **options,
        )


class RecordForm(forms.Form):
    """Who of `members` has paid through which month."""

    members = RowsField(None, OTHERS, "请先勾选交了党费的党员。")
    through = MonthField(label="党费缴至")

    def __init__(self, members, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members

    @property
    def ticked(self):
        return set(self.data.getlist("members")) if self.is_bound else set()


class ReasonedForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=REASON_LIMIT, required=False, error_messages=sentences())
    version = VersionField()


class ApproveForm(ReasonedForm):
    amount = _yuan(
        "每月党费（元）", most=AMOUNT_MOST,
        help_text="年初核定一次，当年不变。只填批准的金额，不填收入。",
        said="请填一个数，如 75.02。", below="金额不能小于 0。",
    )
    field_order = ["amount", "reason", "version"]


class CorrectForm(ReasonedForm):
    through = MonthField(
        label="党费缴至", required=False,
        help_text="一个月也没有登记的空着：核定过金额的，从入党或组织关系转入的当月算起。",
    )
    reason = forms.CharField(label="原因", max_length=REASON_LIMIT, error_messages=sentences("请写清为什么更正。"))
    field_order = ["through", "reason", "version"]
