from django import forms

from branches.organisation.models import Branch, Division, Enterprise
from branches.organisation.policy import hats
from branches.organisation.services import DEPARTMENT_LIMIT, REASON_LIMIT
from branches.rules.services import rules_on
from xinyu_portal.typed import DayField, ReasonField, sentences

TOWNSHIP = 9  # digits of its code
SHOULD = (("", "还没有看过"), ("yes", "是"), ("no", "否"))
SAID = {"yes": True, "no": False, "": None}


def by_county():
    """Choices of a select: each county with its townships, and itself for who knows no better."""
    counties, places = {}, {}
    for division in Division.objects.exclude(kind="city").order_by("code"):
        if len(division.code) < TOWNSHIP:
            counties[division.code] = division.name
            places[division.code] = [(division.code, f"{division.name}（乡镇街道不清楚）")]
        else:
            places[division.parent_id].append((division.code, division.name))
    return [(counties[code], choices) for code, choices in places.items()]


class BranchField(forms.ModelChoiceField):
    """A branch, by its short name."""

    def __init__(self, label, said="请选支部。", **options):
        errors = sentences(said) | {"invalid_choice": said}
        super().__init__(Branch.objects.order_by("id"), label=label, error_messages=errors, **options)

    def label_from_instance(self, obj):
        return obj.short_name

    def narrow(self, ids):
        """Leave the branches of these ids (None: all), and choose the only one."""
        if ids is not None:
            self.queryset = self.queryset.filter(pk__in=ids)
            self.initial = ids[0] if len(set(ids)) == 1 else None


def offer_branches(field, user):
    """The committee's handlers choose among all branches or none; a branch's officers must name one of theirs."""
    worn = hats(user)
    if not worn.handles_for_committee:
        field.narrow(worn.handles_for_branches)
        field.required = True


class ExportForm(forms.Form):
    reason = forms.CharField(
        label="用途", max_length=REASON_LIMIT, help_text="写进表头和操作记录，如“年终归档”“年报核对”。",
        error_messages=sentences(f"请写清用途，2 到 {REASON_LIMIT} 字。"),
    )


class WithdrawForm(forms.Form):
    reason = ReasonField("请写清为什么撤回，2 到 200 字。")


class ElectionForm(forms.Form):
    elected_on = DayField("本届选举日期", "请填本届选举的日期，如 2024-09-20。")


class BranchForm(forms.Form):
    name = forms.CharField(label="全称", max_length=60, error_messages=sentences("请填全称，至少 2 个字。"))
    short_name = forms.CharField(
        label="简称", max_length=20, help_text="列表和消息里用，如“市快递协会支部”。",
        error_messages=sentences("请填简称，至少 2 个字。"),
    )
    form = forms.ChoiceField(
        label="组建方式", choices=[("", "请选"), *Branch.Form.choices], error_messages=sentences("请选组建方式。"),
        help_text="流动党员、功能型、兼合式党支部不接收组织关系。",
    )
    established_on = DayField("成立日期", "请填批复成立的日期，如 2024-09-20。")
    division = forms.ChoiceField(label="所在地", required=False, error_messages=sentences())
    covers = forms.MultipleChoiceField(
        label="联系片区", required=False, widget=forms.CheckboxSelectMultiple, error_messages=sentences(),
        help_text="还没有支部的主播，建议归到联系这一片的支部。",
    )

    def __init__(self, *args, branch=None, **kwargs):
        initial = branch and {
            "name": branch.name, "short_name": branch.short_name, "form": branch.form,
            "established_on": branch.established_on, "division": branch.division_id or "",
            "covers": [division.pk for division in branch.covers.all()],
        }
        super().__init__(*args, initial=initial, **kwargs)
        places = by_county()
        self.fields["division"].choices = [("", "没有填"), *places]
        self.fields["covers"].choices = [
            choice for county, (whole, *townships) in places for choice in ((whole[0], f"{county}全部"), *townships)
        ]

    def fields_to_write(self):
        """What the services take: the code of the division stands for its row."""
        written = dict(self.cleaned_data)
        written["division_id"] = written.pop("division") or None
        return written


class DepartmentsForm(forms.Form):
    """A name for each of the nine; empty is 未公布."""

    def __init__(self, departments, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in departments:
            self.fields[f"department-{row.number}"] = forms.CharField(
                label=f"第 {row.number} 个部门", max_length=DEPARTMENT_LIMIT, required=False, initial=row.name,
                error_messages=sentences(),
            )

    @property
    def names(self):
        return {int(field.removeprefix("department-")): name for field, name in self.cleaned_data.items()}


class EnterpriseForm(forms.Form):
    """一企一表 (domain.md §6.3). How many anchors there are is counted."""

    name = forms.CharField(label="名称", max_length=60, error_messages=sentences("请填名称。"))
    kind = forms.ChoiceField(
        label="类型", choices=[("", "请选"), *Enterprise.Kind.choices], error_messages=sentences("请选类型。")
    )
    credit_code = forms.CharField(
        label="统一社会信用代码", required=False, max_length=30, help_text="营业执照上的 18 位。",
        error_messages=sentences(),
    )
    division = forms.ChoiceField(label="所在地", required=False, error_messages=sentences())
    address = forms.CharField(label="地址", required=False, max_length=100, error_messages=sentences())
    head = forms.CharField(
        label="负责人", required=False, max_length=40, help_text="只填姓名，不填电话。", error_messages=sentences()
    )
    staff_band = forms.ChoiceField(
        label="从业人数", required=False, choices=[("", "不清楚"), *Enterprise.StaffBand.choices],
        error_messages=sentences(),
    )
    party_form = forms.ChoiceField(
        label="党组织形式", required=False, choices=[("", "没有党组织"), *Branch.Form.choices],
        error_messages=sentences(),
    )
    should_build = forms.ChoiceField(label="应建未建", required=False, choices=SHOULD, error_messages=sentences())
    branch = BranchField("所属支部", required=False, empty_label="还没有")

    def __init__(self, user, *args, enterprise=None, **kwargs):
        super().__init__(*args, initial=self._present(enterprise) if enterprise else {}, **kwargs)
        self.fields["division"].choices = [("", "没有填"), *by_county()]
        least = rules_on().number("BRANCH_FULL_MEMBERS")
        self.fields["should_build"].help_text = f"正式党员满 {least:.0f} 人还没有建党组织的，选“是”。"
        offer_branches(self.fields["branch"], user)

    @staticmethod
    def _present(enterprise):
        names = ("name", "kind", "credit_code", "address", "head", "staff_band", "party_form")
        return {name: getattr(enterprise, name) for name in names} | {
            "division": enterprise.division_id or "", "branch": enterprise.branch_id,
            "should_build": {True: "yes", False: "no", None: ""}[enterprise.should_build],
        }

    def clean_should_build(self):
        return SAID[self.cleaned_data["should_build"]]

    def clean(self):
        if self.cleaned_data.get("should_build") and self.cleaned_data.get("party_form"):
            self.add_error("should_build", "已经有党组织了，不是应建未建。")

    def fields_to_write(self):
        """What the service takes: the code of the division stands for its row."""
        written = dict(self.cleaned_data)
        written["division_id"] = written.pop("division") or None
        written["branch_id"] = getattr(written.pop("branch"), "pk", None)
        return written
