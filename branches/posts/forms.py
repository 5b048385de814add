from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from branches.organisation.models import Role
from branches.posts.policy import ROLES, seat
from xinyu_portal.typed import DayField

PICK_PERSON = "请选一位党员。"
PICK_ROLE = "请选职务。"


class AppointForm(forms.Form):
    """Of a branch its own people, of the committee any member."""

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
        people = User.objects.filter(is_active=True).select_related("member__branch").order_by("name", "pk")
        people = people.filter(_of(unit)).distinct()
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = _called
        self.fields["role"].choices = [("", "请选"), *((role, Role(role).label) for role in ROLES[seat(unit)])]


def _of(unit):
    """Who may hold an office there. `member` and `floatings` are higher rooms' related names."""
    there = Q(member__isnull=False, member__left_on=None)
    if seat(unit) != "branch":
        return there
    if unit.holds_relations:
        return there & Q(member__branch=unit)
    # Such a branch has no members of its own: those who take part there, and who floats in.
    partaking = there & Q(member__participations__branch=unit, member__participations__until=None)
    return partaking | Q(floatings__branch=unit, floatings__direction="IN", floatings__until=None)


def _called(person):
    """The name, where they belong and the ends of the phone: there may be two of one name."""
    member = getattr(person, "member", None)
    where = " · ".join(filter(None, [member.branch.short_name if member else "流入", person.phone_mask]))
    return f"{person.name}（{where}）"


class EndForm(forms.Form):
    until = DayField("任职到哪天止（含当日）")
