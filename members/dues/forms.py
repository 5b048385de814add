from django import forms

from members.dues.quoting import BASE_MOST, Kind


class QuoteForm(forms.Form):
    """The base of one month, in yuan."""

    base = forms.DecimalField(
        label="每月党费基数（元）", min_value=0, max_value=BASE_MOST, decimal_places=2,
        help_text="税后的工资收入；没有固定工资的，填上一季度月均纯收入。",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "请填一个数，如 5001。", "invalid": "请填一个数，如 5001。", "min_value": "基数不能小于 0。",
            "max_value": "这个数太大了，请看看是不是多打了几位。", "max_decimal_places": "最多写到分，两位小数。",
        },
    )
    kind = forms.ChoiceField(
        label="是哪一种收入", choices=Kind.choices, initial=Kind.WAGE, required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": "请选一种收入。"},
    )

    def clean_kind(self):
        return self.cleaned_data["kind"] or Kind.WAGE
