from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts import id_numbers, phones
from accounts.models import Sex
from accounts.reveals import WhyNumber
from branches.organisation.forms import BranchField, offer_branches
from branches.organisation.models import Enterprise
from branches.organisation.policy import hats
from members.dues.forms import MonthField
from members.models import Floating, Member
from members.roster.codes import ETHNICITIES, Degree, Education, Employment
from xinyu_portal.typed import DayField, VersionField, sentences

ASKED = (("", "没有问过"), ("yes", "愿意"), ("no", "不愿意"))
SAID = {"yes": True, "no": False, "": None}


def text(label, length, said="请填这一项。", **options):
    return forms.CharField(label=label, max_length=length, error_messages=sentences(said), **options)


def choice(label, choices, **options):
    return forms.ChoiceField(
        label=label, choices=[("", "没有填"), *choices], required=False, error_messages=sentences(), **options
    )


class PhoneMixin(forms.Form):
    """A phone nobody has to be asked for at once; what is sealed is never shown again."""

    phone = text("手机", 20, required=False, help_text="11 位。本人以后用它登录。")

    def clean_phone(self):
        return phones.clean(self.cleaned_data["phone"]) if self.cleaned_data["phone"].strip() else None

    def leave_registered(self, user, person):
        """Take away what stays as it is registered; a name is asked of the committee alone."""
        if hats(user).handles_for_committee:
            self.fields["name"] = text("姓名", 40, "请填姓名。")
            self.order_fields(["name"])
        gone = ["phone"] if person.phone_index else []
        gone += ["id_number", "sex", "birth_month"] if person.id_number_index else []
        for name in gone:
            self.fields.pop(name, None)


class NumbersMixin(PhoneMixin):
    id_number = text(
        "身份证号", 20, required=False, help_text="18 位。加密保存，平时只显示头尾几位；出生年月和性别由它得出。"
    )

    def clean_id_number(self):
        number = self.cleaned_data["id_number"]
        return id_numbers.clean(number) if number.strip() else None


class ProfileMixin(forms.Form):
    """What is asked of the person beside the numbers; all of it may come later."""

    sex = choice("性别", [one for one in Sex.choices if one[0] != Sex.UNKNOWN])  # which is what is not filled in
    birth_month = MonthField(label="出生年月", required=False)
    ethnicity = choice("民族", ETHNICITIES)
    native_place = text("籍贯", 40, required=False, help_text="如“江西新余”。")
    education = choice("学历", Education.choices)
    degree = choice("学位", Degree.choices)
    work_since = MonthField(label="参加工作时间", required=False)
    job = text("工作单位及职务", 80, required=False)
    employment = choice("从业类型", Employment.choices)

    def clean_sex(self):
        return self.cleaned_data["sex"] or Sex.UNKNOWN


class MemberForm(NumbersMixin, ProfileMixin):
    """Of somebody on the roster already: a registered phone belongs to the login and stays, a name to the committee."""

    standing = forms.ChoiceField(label="党员类别", choices=Member.Standing.choices, error_messages=sentences())
    joined_on = DayField("入党日期", help_text="支部大会接收为预备党员的那天。")
    regularised_on = DayField("转正日期", required=False, help_text="预备期满的那天，党龄从这天算起。预备党员空着。")
    relation_on = DayField(
        "组织关系转入日期", required=False,
        help_text="从哪天起在本支部。空着就当作一直在，以前各期还没有上报的人数会跟着变。",
    )
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.order_by("name", "pk"), label="所在企业或园区", required=False, empty_label="没有",
        error_messages=sentences(),
    )
    remark = text("备注", 200, required=False, help_text="只写组织工作要的，不写谈话和考察的内容。")
    field_order = [
        "branch", "name", "phone", "id_number", "standing", "joined_on", "regularised_on", "relation_on", "from_name",
    ]

    def __init__(self, user, *args, member=None, **kwargs):
        super().__init__(*args, initial=present(member) if member else {}, **kwargs)
        worn = hats(user)
        if not worn.handles_for_committee:
            firms = self.fields["enterprise"]
            # The present one stays to choose: it may be of no branch, as the committee entered it.
            present_one = member.enterprise_id if member else None
            firms.queryset = firms.queryset.filter(Q(branch__in=worn.sees_branches) | Q(pk=present_one))
        if member:
            self.fields["version"] = VersionField()
            self.leave_registered(user, member.user)


def present(member):
    """The initial values of a MemberForm."""
    own = ("standing", "joined_on", "regularised_on", "relation_on", "remark", "version")
    return {
        **present_person(member.user, getattr(member.user, "profile", None)),
        **{name: getattr(member, name) for name in own}, "enterprise": member.enterprise_id,
    }


def present_person(person, profile):
    """The initial values of a ProfileMixin; `profile` may be None."""
    asked = ("ethnicity", "native_place", "education", "degree", "work_since", "job", "employment")
    return {
        **{name: getattr(profile, name) for name in asked if profile}, "name": person.name,
        "sex": "" if person.sex == Sex.UNKNOWN else person.sex, "birth_month": person.birth_month,
    }


class OfBranchMixin(forms.Form):
    """Whose roster: the committee chooses, an officer names one of the own branches."""

    branch = BranchField("支部", empty_label="请选")

    def offer_branches(self, user):
        offer_branches(self.fields["branch"], user)


class NewMemberForm(OfBranchMixin, MemberForm):
    name = text("姓名", 40, "请填姓名。")
    from_name = text("从哪里转来", 60, required=False, help_text="从外面转来的，填原来的党组织；在本支部入党的空着。")

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        self.offer_branches(user)


class ActivistForm(NumbersMixin, ProfileMixin):
    """Of an activist who is registered: a registered phone belongs to the login and stays, a name to the committee."""

    applied_on = DayField("申请入党日期", required=False)
    since = DayField("确定为积极分子的日期")
    until = DayField("结束日期", required=False, help_text="还在培养的空着。")
    field_order = ["name", "phone", "id_number", "applied_on", "since", "until"]

    def __init__(self, user, *args, activist, **kwargs):
        person, profile = activist.user, getattr(activist.user, "profile", None)
        own = {name: getattr(activist, name) for name in ("applied_on", "since", "until", "version")}
        super().__init__(*args, initial=own | present_person(person, profile), **kwargs)
        self.fields["version"] = VersionField()
        self.leave_registered(user, person)


class NewActivistForm(OfBranchMixin, NumbersMixin, ProfileMixin):
    name = text("姓名", 40, "请填姓名。")
    applied_on = DayField("申请入党日期", required=False)
    since = DayField("确定为积极分子的日期")
    field_order = ["branch", "name", "phone", "id_number", "applied_on", "since"]

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_branches(user)


class FloatingOutForm(forms.Form):
    place = text("现居或从业地", 60, "请填在哪里。")
    reason = text("流动原因", 100, "请填原因，如务工、学习。")
    since = DayField("从哪天起")
    contact = text("联系人", 40, required=False, help_text="支部里谁和他保持联系，只填姓名。")
    wishes_transfer = choice("愿不愿意转接组织关系", ASKED[1:])

    def clean_wishes_transfer(self):
        return SAID[self.cleaned_data["wishes_transfer"]]


class FloatingForm(PhoneMixin, FloatingOutForm):
    """Of a registration that is there; whose relation is with the branch has no other home, and a card of their own."""

    home = text("正式组织关系所在", 60, "请填正式组织关系在哪个党组织。")
    until = DayField("结束日期", required=False, help_text="还在流动的空着。")
    field_order = ["name", "phone", "home", "place", "reason", "since", "until"]

    def __init__(self, user, *args, floating, **kwargs):
        own = ("home", "place", "reason", "contact", "since", "until", "version")
        wishes = {value: said for said, value in SAID.items()}[floating.wishes_transfer]
        initial = {name: getattr(floating, name) for name in own} | {
            "wishes_transfer": wishes, "name": floating.user.name,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["version"] = VersionField()
        if floating.direction == Floating.Direction.OUT:
            del self.fields["home"], self.fields["phone"]
        else:
            self.leave_registered(user, floating.user)


class FloatingInForm(OfBranchMixin, PhoneMixin, FloatingOutForm):
    name = text("姓名", 40, "请填姓名。")
    home = text("正式组织关系所在", 60, "请填正式组织关系在哪个党组织。")
    field_order = ["branch", "name", "phone", "home"]

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_branches(user)


class ParticipationForm(forms.Form):
    branch = BranchField("参加哪个支部的活动", empty_label="请选")
    since = DayField("从哪天起", initial=timezone.localdate)

    def __init__(self, *args, member, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["branch"]
        field.queryset = field.queryset.exclude(pk=member.branch_id)


class EndForm(forms.Form):
    until = DayField("到哪天为止（含当日）", initial=timezone.localdate)


class WhyForm(forms.Form):
    why = forms.ChoiceField(
        label="为什么要看", choices=WhyNumber.choices, widget=forms.RadioSelect,
        error_messages=sentences("请选一个原因。"),
    )
