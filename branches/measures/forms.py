from django import forms

from branches.measures import kinds
from branches.measures.models import SEATS, Measure
from branches.measures.services import PROGRESS_LIMIT
from branches.organisation.models import Branch, Committee, Department, Partner
from xinyu_portal.typed import DayField, VersionField, sentences


def all_units():
    """`{"branch-2": row}` of every unit that can lead a measure or answer for it, in four statements.

    Of the nine departments only those whose name is known (domain.md §1).
    """
    known = Department.objects.exclude(name="")
    rows = (Committee.objects.order_by("pk"), known, Branch.objects.order_by("pk"), Partner.objects.order_by("pk"))
    return {f"{row._meta.model_name}-{row.pk}": row for units in rows for row in units}


class MeasureForm(forms.Form):
    heading = forms.CharField(
        label="类别", required=False, max_length=20, error_messages=sentences(),
        help_text="照通知上的写；没有的话，外地分成管理体制、组织体系、政治引领、发挥作用、关心关爱。",
    )
    text = forms.CharField(
        label="内容摘要", required=False, max_length=500, widget=forms.Textarea(attrs={"maxlength": None}),
        help_text="照通知原文写，空着的显示“未公布”。", error_messages=sentences(),
    )
    state = forms.ChoiceField(
        label="状态", choices=Measure.State.choices, widget=forms.RadioSelect, error_messages=sentences("请选状态。")
    )
    deadline = DayField("完成时限", required=False)
    lead = forms.ChoiceField(label="牵头单位", required=False, error_messages=sentences())
    units = forms.MultipleChoiceField(
        label="责任单位", required=False, widget=forms.CheckboxSelectMultiple, error_messages=sentences()
    )
    version = VersionField()

    def __init__(self, measure, *args, **kwargs):
        super().__init__(*args, initial=self._present(measure), **kwargs)
        self._units = all_units()
        choices = [(code, getattr(row, "short_name", row.name)) for code, row in self._units.items()]
        self.fields["lead"].choices = [("", "还没有定"), *choices]
        self.fields["units"].choices = choices

    @staticmethod
    def _present(measure):
        units = {True: [], False: []}
        for row in measure.units.select_related(*SEATS):
            units[row.leads].append(f"{row.unit._meta.model_name}-{row.unit.pk}")
        names = ("heading", "text", "state", "deadline", "version")
        return {name: getattr(measure, name) for name in names} | {
            "lead": next(iter(units[True]), ""), "units": units[False],
        }

    def clean_lead(self):
        return self._units.get(self.cleaned_data["lead"])

    def clean_units(self):
        return [self._units[code] for code in self.cleaned_data["units"]]


class ProgressForm(forms.Form):
    text = forms.CharField(
        label="本季度进展", max_length=PROGRESS_LIMIT, widget=forms.Textarea(attrs={"maxlength": None}),
        help_text="写做成了什么。有几个驿站、几条答复这样的数，请用佐证关联，系统会数。",
        error_messages=sentences(f"请写 1 到 {PROGRESS_LIMIT} 字。"),
    )
    version = VersionField()


class LinkForm(forms.Form):
    """`record` is the code of its kind and its id: `station-12`."""

    record = forms.RegexField(
        r"^[a-z]{1,20}-[0-9]{1,15}$", max_length=40,
        error_messages=sentences("请选一条记录。", "没有这条记录，请重新选。"),
    )

    def clean_record(self):
        code, _, pk = self.cleaned_data["record"].partition("-")
        kind = kinds.by_code(code)
        if kind is None:
            raise forms.ValidationError("没有这条记录，请重新选。")
        return kind, int(pk)
