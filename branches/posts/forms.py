from django import forms
from django.utils import timezone

from accounts.models import User
from branches.organisation.models import Role
from branches.posts.policy import ROLES, seat
from xinyu_portal.typed import DayField

PICK_PERSON = "请选一位党员。"
PICK_ROLE = "请选职务。"


class AppointForm(forms.Form):
    """Of a branch its own members, of the committee any; `member` is a higher room's related name."""

    person = forms.ModelChoiceField(
        User.objects.none(), label="谁", empty_label="请选",
        error_messages={"required": PICK_PERSON, "invalid_choice": PICK_PERSON},
    )
    role = forms.ChoiceField(
        label="职务", error_messages={"required": PICK_ROLE, "invalid_choice": PICK_ROLE},
    )
    since = DayField("从哪天起", initial=timezone.localdate)
    until = DayField("到哪天止（含当日）", required=False, help_text="不知道就空着，以后再登记。")

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        members = User.objects.filter(is_active=True, member__isnull=False, member__left_on=None).order_by("name", "pk")
        own = seat(unit) == "branch"
        self.fields["person"].queryset = members.filter(member__branch=unit) if own else members
        self.fields["role"].choices = [("", "请选"), *((role, Role(role).label) for role in ROLES[seat(unit)])]


class EndForm(forms.Form):
    until = DayField("任职到哪天止（含当日）")
