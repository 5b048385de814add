from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone

from appeals.forms import VerbForm, Words
from appeals.handlers import Handlers
from appeals.models import TEXT_LIMIT, Category
from appeals.negotiation.models import ReturnReason
from appeals.negotiation.policy import RETURNS
from appeals.negotiation.services import MOST_DAYS, NOT_HERE, most_days
from appeals.workflow import Level
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.organisation.models import Branch

PICK_BRANCH = "请选一个支部。"
PICK_ONE = "请选同意还是不同意。"


def _branch(label, *, required=PICK_BRANCH, **kwargs):
    return forms.ModelChoiceField(
        Branch.objects.all(), label=label, required=bool(required), empty_label="请选支部",
        error_messages={"required": required, "invalid_choice": PICK_BRANCH}, **kwargs,
    )


class _ElsewhereForm(VerbForm):
    """Offers every branch but the one that has it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = Branch.objects.exclude(pk=self.appeal.current.branch_id)


class TransferForm(_ElsewhereForm):
    branch = _branch("转给哪个支部")
    text = Words(max_length=TEXT_LIMIT, required="请写一句为什么转。", label="为什么转", help_text="主播看得到。")


class ReturnForm(VerbForm):
    reason = forms.ChoiceField(
        choices=ReturnReason.choices, widget=forms.RadioSelect, label="为什么不归支部办",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选一个原因。"),
    )
    text = Words(max_length=TEXT_LIMIT, required="请写清依据。", label="依据", help_text="只给市行业党委看。")


class DecisionForm(VerbForm):
    granted = forms.TypedChoiceField(
        choices=[("yes", "同意"), ("no", "不同意")], coerce=lambda said: said == "yes", widget=forms.RadioSelect,
        label="同意吗", error_messages=dict.fromkeys(("required", "invalid_choice"), PICK_ONE),
    )


class DecideReturnForm(DecisionForm, _ElsewhereForm):
    branch = _branch("同意的话，转给哪个支部", required="", help_text="不选就由市行业党委自己办。")
    text = Words(max_length=TEXT_LIMIT, label="说明", help_text="同意的，主播也看得到；不同意的，只给办理的人看。")


class AssignForm(VerbForm):
    holder = forms.ModelChoiceField(
        get_user_model().objects.none(), label="由谁办", required=False, empty_label="请选",
        error_messages={"required": "请选由谁办。", "invalid_choice": NOT_HERE},
    )
    branch = _branch("最终指定给哪个支部", required="", help_text="退过两次单的才用；指定以后期限重新算，不能再退。")
    text = Words(max_length=TEXT_LIMIT, label="交代一句", help_text="只给办理的人看。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(pk__in=self._people())
        self.fields["holder"].queryset = people.order_by("pk")
        if not (self.appeal.returns >= RETURNS and self.appeal.current.level == Level.COMMITTEE):
            del self.fields["branch"]
            self.fields["holder"].required = True

    def _people(self):
        stage = self.appeal.current
        return Handlers.load([stage.branch_id]).of_stage(stage, self.appeal) - {stage.holder_id}


class ReclassifyForm(VerbForm):
    category = forms.ModelChoiceField(
        Category.objects.select_related("parent"), label="应该是哪一类", empty_label="请选类别",
        error_messages={"required": "请选类别。", "invalid_choice": "请选类别。"},
    )
    text = Words(max_length=TEXT_LIMIT, label="为什么改", help_text="主播看得到。")


class ExtendForm(VerbForm):
    days = forms.TypedChoiceField(
        choices=[(n, f"{n} 个工作日") for n in range(1, MOST_DAYS + 1)], coerce=int, label="延多久",
        error_messages=dict.fromkeys(("required", "invalid_choice"), f"请选 1 到 {MOST_DAYS} 个工作日。"),
    )
    text = Words(max_length=TEXT_LIMIT, required="请写为什么要延期。", label="为什么要延")
    plan = Words(max_length=TEXT_LIMIT, required="请写接下来怎么办。", label="接下来怎么办")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stage, calendar, now = self.appeal.current, current_calendar(), timezone.now()
        if stage.due_at is None:  # put aside: refused, not drawn
            return
        offered = range(1, most_days(stage.handle_within) + 1)
        until = {n: worktime.add_workdays(calendar, stage.due_at, n) for n in offered}
        self.fields["days"].choices = [(n, f"{n} 个工作日，到{worktime.say(day, now)}") for n, day in until.items()]


class DecideExtensionForm(DecisionForm):
    text = Words(max_length=TEXT_LIMIT, label="说明", help_text="同意的，主播也看得到；不同意的，只给办理的人看。")
