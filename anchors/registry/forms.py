from django import forms
from django.db.models import Q

from accounts.models import Sex, User
from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.forms import BranchField, by_county, offer_branches
from branches.organisation.models import Enterprise
from xinyu_portal.typed import sentences

ACCEPTS = (("", "没有说"), ("yes", "愿意"), ("no", "不愿意"))
TO_ONESELF = "由一位党员联系您，有难处先找这位党员。不愿意也照样能提诉求。"
SAID = {"yes": True, "no": False, "": None}


class CorrectForm(forms.Form):
    """What is stored of an anchor; the note is for who handles, and is left out for oneself.

    The page sends along what it showed: only what this person changed is written, so that two people who correct
    different things of one anchor do not undo each other.
    """

    stage_name = forms.CharField(label="主播名", max_length=40, error_messages=sentences("请填主播名。"))
    sex = forms.ChoiceField(
        label="性别", choices=Sex.choices, error_messages=sentences("请选性别，不想说就选“未说明”。")
    )
    kind = forms.ChoiceField(
        label="从业类型", choices=[("", "请选"), *Anchor.Kind.choices], error_messages=sentences("请选从业类型。")
    )
    since = forms.DateField(
        label="从业起始年月", required=False, input_formats=["%Y-%m", "%Y-%m-%d"],
        error_messages=sentences(invalid="请填年和月，如 2021-03。"),
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month", "placeholder": "2021-03"}),
    )
    division = forms.ChoiceField(label="现居地", required=False, error_messages=sentences())
    enterprise = forms.ModelChoiceField(
        label="签约企业或园区", required=False, queryset=Enterprise.objects.none(), empty_label="没有",
        error_messages=sentences(),
    )
    accepts_contact = forms.ChoiceField(
        label="愿意接受党员联系", required=False, choices=ACCEPTS, error_messages=sentences(),
        help_text="由一位党员联系主播，有难处先找这位党员。不愿意也照样能提诉求。",
    )
    wants_training = forms.BooleanField(label="想参加培训", required=False)
    wants_farm_help = forms.BooleanField(label="愿意助农", required=False)
    wants_volunteering = forms.BooleanField(label="愿意做公益志愿", required=False)
    note = forms.CharField(
        label="备注", required=False, max_length=200, help_text="只记服务的事，如“需要手语翻译”。本人看得到。",
        widget=forms.Textarea(attrs={"maxlength": None}), error_messages=sentences(),
    )

    def __init__(self, anchor, *args, with_note, own=False, **kwargs):
        super().__init__(*args, initial=self._present(anchor), **kwargs)
        if own:
            self.fields["accepts_contact"].help_text = TO_ONESELF
        self.fields["division"].choices = [("", "没有填"), *by_county()]
        self.fields["enterprise"].queryset = Enterprise.objects.filter(
            ~Q(kind="") | Q(pk=anchor.enterprise_id)
        ).order_by("name")
        if not with_note:
            del self.fields["note"]
        for field in self.fields.values():
            field.show_hidden_initial = True

    @staticmethod
    def _present(anchor):
        names = ("stage_name", "kind", "since", "note", "wants_training", "wants_farm_help", "wants_volunteering")
        return {name: getattr(anchor, name) for name in names} | {
            "sex": anchor.user.sex, "division": anchor.division_id or "", "enterprise": anchor.enterprise_id,
            "accepts_contact": {True: "yes", False: "no", None: ""}[anchor.accepts_contact],
        }

    def clean_accepts_contact(self):
        return SAID[self.cleaned_data["accepts_contact"]]

    def fields_to_write(self):
        """What the service takes: the code of the division stands for its row."""
        return self._as_columns({name: self.cleaned_data[name] for name in self.changed_data})

    @staticmethod
    def _as_columns(written):
        if "division" in written:
            written["division_id"] = written.pop("division") or None
        if "enterprise" in written:
            written["enterprise_id"] = getattr(written.pop("enterprise"), "pk", None)
        return written


class RegisterForm(CorrectForm):
    """Somebody whom no census and no poster brought. The phone is needed here: it is what tells two people apart."""

    name = forms.CharField(label="姓名", max_length=40, error_messages=sentences("请填姓名。"))
    phone = forms.CharField(
        label="手机号", max_length=30, help_text="凭它和激活码第一次登录。平时只显示头尾几位。",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages=sentences("请填手机号。"),
    )
    branch = BranchField("联系支部", required=False, empty_label="还没有")

    def __init__(self, user, *args, **kwargs):
        super().__init__(Anchor(user=User()), *args, with_note=True, **kwargs)
        offer_branches(self.fields["branch"], user)

    def fields_to_write(self):
        return self._as_columns(dict(self.cleaned_data))


class AccountForm(forms.Form):
    platform = forms.ChoiceField(
        label="平台", choices=[("", "请选"), *PlatformAccount.Platform.choices], error_messages=sentences("请选平台。")
    )
    nickname = forms.CharField(
        label="账号名", max_length=40, help_text="平台上看得到的名字。", error_messages=sentences("请填账号名。")
    )
    public_id = forms.CharField(
        label="账号 ID", required=False, max_length=60, help_text="主页上公开的号，不是手机号。",
        error_messages=sentences(),
    )
    genre = forms.ChoiceField(
        label="主要类别", required=False, choices=[("", "没有填"), *PlatformAccount.Genre.choices],
        error_messages=sentences(),
    )
    followers_band = forms.ChoiceField(
        label="粉丝量级", choices=PlatformAccount.Band.choices, widget=forms.RadioSelect,
        help_text="自己估一档就行，只用于统计，不排名、不考核。", error_messages=sentences("请选一档。"),
    )


class BandForm(forms.Form):
    followers_band = forms.ChoiceField(
        label="现在的粉丝量级", choices=PlatformAccount.Band.choices, widget=forms.RadioSelect,
        help_text="自己估一档就行，只用于统计，不排名、不考核。", error_messages=sentences("请选一档。"),
    )
