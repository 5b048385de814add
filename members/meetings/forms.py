from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import User
from branches.organisation.models import Post
from members.groups.models import PartyGroup
from members.meetings import roll
from members.meetings.models import Attendance, Meeting, StudyLine
from members.models import Member
from xinyu_portal.typed import OLD_PAGE, ReasonField, VersionField, sentences

Kind = Meeting.Kind
MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
WORDS = {  # kind -> what its minutes ask for
    Kind.LIFE: ("检视出的问题", "整改的打算"), Kind.APPRAISAL: ("评议经过", "整改的打算"),
}
COUNT_MOST = 999
YEARS = range(2000, 2101)


def seen():
    return forms.CharField(max_length=64, widget=forms.HiddenInput, error_messages=sentences(OLD_PAGE, OLD_PAGE))


def people_of(branch, meeting=None):
    """`{code: User}` of who may chair a meeting or write it down: members and whoever is in office.

    Of a `meeting` that is planned, those of its day as well, and whom it names: they may have left since.
    """
    whose = Q(pk__in=Member.objects.in_branch().filter(branch=branch).values("user"))
    whose |= Q(pk__in=Post.objects.current().filter(branch=branch).values("user"))
    if meeting:
        day = roll.day_of(meeting)
        whose |= Q(pk__in=roll.members_on(branch.pk, day).values("user"))
        whose |= Q(pk__in=Post.objects.current(day).filter(branch=branch).values("user"))
        whose |= Q(pk__in=[pk for pk in (meeting.host_id, meeting.recorder_id) if pk])
    return {str(user.pk): user for user in User.objects.filter(whose).order_by(*roll.as_on_the_roster())}


class MomentField(forms.DateTimeField):
    """Day and time, picked or typed; `said` is the sentence where it is asked for and empty.

    The first and the last year of all have instants that no other zone can name, and no meeting.
    """

    def __init__(self, label, said="", **options):
        super().__init__(
            label=label, input_formats=MOMENTS,
            widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
            error_messages=sentences(said, "时间要写成 2026-11-28 19:30 这样。"), **options,
        )

    def to_python(self, value):
        moment = super().to_python(value)
        if moment and moment.year not in YEARS:
            raise ValidationError(f"请选 {YEARS[0]} 到 {YEARS[-1]} 年的时间。")
        return moment


def _number(label, **options):
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=COUNT_MOST,
        widget=forms.TextInput({"inputmode": "numeric"}), error_messages={
            **sentences(invalid="请填一个数，如 2。"), "min_value": "人数不能小于 0。",
            "max_value": "这个数太大了，请再看一下。",
        }, **options,
    )


class PersonField(forms.TypedChoiceField):
    """One of `people`, or nobody."""

    def __init__(self, label):
        super().__init__(label=label, required=False, empty_value=None, error_messages=sentences())

    def offer(self, people):
        self.choices = [("", "没有定"), *((code, user.name) for code, user in people.items())]
        self.coerce = people.__getitem__


class PlanForm(forms.Form):
    """A meeting to come, or one that was held and is recorded next. `meeting` is corrected: its kind stays."""

    kind = forms.ChoiceField(
        label="类型", widget=forms.RadioSelect, error_messages=sentences("请选类型。")
    )
    group = forms.ModelChoiceField(
        PartyGroup.objects.none(), label="哪个党小组", required=False, empty_label="不是党小组会",
        error_messages={"invalid_choice": "没有这个党小组，请重新选。"},
    )
    title = forms.CharField(
        label="主题", max_length=80, help_text="一句话，党员在日历里看到的就是这一句。",
        error_messages=sentences("请写主题。"),
    )
    starts_at = MomentField("什么时候", "请填什么时候开。")
    place = forms.CharField(label="地点", max_length=60, error_messages=sentences("请写地点。"))
    lecturer = forms.CharField(
        label="主讲人", max_length=40, required=False, help_text="党课必填，别的会可以空着。",
        error_messages=sentences(),
    )
    agenda = forms.CharField(
        label="议题", max_length=300, required=False, widget=forms.Textarea({"maxlength": None}),
        error_messages=sentences(),
    )
    ends_at = MomentField("到什么时候", required=False)
    manner = forms.ChoiceField(
        label="形式", required=False, choices=[("", "没有定"), *Meeting.Manner.choices], help_text="主题党日用。",
        error_messages=sentences(),
    )
    host = PersonField("主持")
    recorder = PersonField("记录")
    line = forms.ModelChoiceField(
        StudyLine.objects.none(), required=False, widget=forms.HiddenInput,
        error_messages={"invalid_choice": "学习计划的这一条已经排过会了，或者不在了。"},
    )
    version = VersionField()

    def __init__(self, branch, *args, meeting=None, **kwargs):
        super().__init__(*args, **kwargs)
        people = people_of(branch, meeting)
        for name in ("host", "recorder"):
            self.fields[name].offer(people)
        if meeting:
            for name in ("kind", "group", "line"):
                del self.fields[name]
            return
        del self.fields["version"]
        groups = PartyGroup.objects.standing().filter(branch=branch)
        self.fields["group"].queryset = groups
        self.fields["line"].queryset = StudyLine.objects.filter(branch=branch, meeting=None)
        grouped = groups.exists()
        if not grouped:
            del self.fields["group"]
        self.fields["kind"].choices = [one for one in Kind.choices if grouped or one[0] != Kind.GROUP]


class RecordForm(forms.Form):
    """Minutes. Everybody on the roll was there unless something else is said of them."""

    content = forms.CharField(
        label="主要内容", max_length=2000, widget=forms.Textarea({"maxlength": None}),
        error_messages=sentences("请写几句主要内容。"),
    )
    resolution = forms.CharField(
        label="决议或成果", max_length=1000, required=False, widget=forms.Textarea({"maxlength": None}),
        error_messages=sentences(),
    )
    host = PersonField("主持")
    recorder = PersonField("记录")
    guests = forms.MultipleChoiceField(
        label="谁列席", required=False, widget=forms.CheckboxSelectMultiple, error_messages=sentences()
    )
    others = _number("另有几人列席", help_text="名单上没有的，只记人数。")
    version = VersionField()

    def __init__(self, meeting, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.meeting, self.roll = meeting, roll.roll_of(meeting)
        invited, people = roll.guests_of(meeting, self.roll), people_of(meeting.branch, meeting)
        for name in ("host", "recorder"):
            self.fields[name].offer(people)
        self.fields["guests"].choices = [(str(person.user_id), person.name) for person in invited]
        self.fields["content"].label, self.fields["resolution"].label = WORDS.get(
            meeting.kind, ("主要内容", "决议或成果")
        )
        there = {row.user_id for row in meeting.attendance.all()}
        for person in self.roll:
            # Who came to the list after it was first recorded is asked about; nobody is there by default then.
            is_new = bool(meeting.recorded_at) and person.user_id not in there
            self.fields[_who(person.user_id)] = forms.ChoiceField(
                label=person.name, required=is_new, choices=[("", "请选")] * is_new + roll.choices(),
                error_messages=sentences(f"{person.name}新列入了名单，请选到没到。"),
                widget=forms.Select({"class": "form-select"}),
            )
        if meeting.kind == Kind.APPRAISAL:
            for name in Meeting.GRADES:
                self.fields[name] = _number(Meeting._meta.get_field(name).verbose_name)

    @classmethod
    def present(cls, meeting):
        """What stands there, as `initial`."""
        names = ("content", "resolution", "others", "version", *Meeting.GRADES)
        found = {name: getattr(meeting, name) for name in names}
        found |= {name: getattr(meeting, f"{name}_id") for name in ("host", "recorder")}
        rows = list(meeting.attendance.all())
        found["guests"] = [str(row.user_id) for row in rows if row.part == roll.Part.GUEST]
        return found | {_who(row.user_id): roll.SEPARATOR.join(filter(None, (row.state, row.why))) for row in rows}

    @property
    def lines(self):
        """`[(Person, field)]` in the order of the roll."""
        return [(person, self[_who(person.user_id)]) for person in self.roll]

    @property
    def grades(self):
        return [self[name] for name in Meeting.GRADES if name in self.fields]

    def clean_others(self):
        return self.cleaned_data["others"] or 0

    def clean(self):
        given = [self.cleaned_data.get(name) for name in Meeting.GRADES]
        if any(number is not None for number in given) and None in given:
            self.add_error("excellent", "四个等次一起填，没有人的填 0。")

    def fields_to_write(self):
        """What `services.record` takes beside the meeting and the actor."""
        cleaned, grades = self.cleaned_data, {}
        if cleaned.get("excellent") is not None:
            grades = {name: cleaned[name] for name in Meeting.GRADES}
        said = {person.user_id: cleaned[_who(person.user_id)] or Attendance.State.PRESENT for person in self.roll}
        return {
            "version": cleaned["version"], "grades": grades or None,
            "states": {pk: (state, why) for pk, (state, _, why) in _parted(said)},
            "guests": [int(pk) for pk in cleaned.get("guests", ())],
            **{name: cleaned[name] for name in ("content", "resolution", "others", "host", "recorder")},
        }


class VersionForm(forms.Form):
    version = VersionField()


class WhyForm(VersionForm):
    """Why it is not held, or why its minutes go back."""

    reason = ReasonField("请写一句原因，2 到 200 字。", label="原因")


class StudyForm(forms.Form):
    span = forms.ChoiceField(
        label="什么时候", choices=[("", "请选"), *StudyLine.Span.choices],
        error_messages=sentences("请选月份或季度。"),
    )
    kind = forms.ChoiceField(
        label="类型", choices=[("", "请选"), *Kind.choices], initial=Kind.LECTURE,
        error_messages=sentences("请选类型。"),
    )
    theme = forms.CharField(label="学什么", max_length=80, error_messages=sentences("请写学什么。"))


class StudyLineForm(StudyForm):
    """`seen` is the digest of the line as it stood on the page."""

    seen = seen()


class StudyDropForm(forms.Form):
    seen = seen()


class SubscriptionForm(forms.Form):
    do = forms.ChoiceField(
        choices=[("renew", ""), ("stop", "")], error_messages=sentences("请用页面上的按钮。", "请用页面上的按钮。")
    )


def _who(user_id):
    return f"who_{user_id}"


def _parted(said):
    return [(pk, code.partition(roll.SEPARATOR)) for pk, code in said.items()]
