"""What people may type. Shape and sentences only; the services judge again."""

import uuid

from django import forms

from appeals.attachments.forms import FilesField
from appeals.models import BODY_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Appeal, Category
from appeals.protection.entry import offered
from appeals.protection.models import Recusal
from appeals.timeline import RATINGS
from appeals.waiting import following, open_work
from appeals.workflow import OUTCOMES_SAID
from xinyu_portal.typed import VersionField

REASON_LIMIT = 500
STALE_PAGE = "这一页开得太久了。您写的还在，请再点一次。"
ABOUT = {
    Recusal.Why.CONTACT: "联系党员", Recusal.Why.BRANCH: "所在支部", Recusal.Why.ENTERPRISE: "所在企业",
}
PICK_CATEGORY = "请选一类，说不清就选“说不清”。"


class Words(forms.CharField):
    """Free text. A browser sends each line break as two characters; people count one."""

    def __init__(self, *, max_length, required="", rows=4, **kwargs):
        messages = {
            "required": required,
            "max_length": "请不超过 %(limit_value)d 个字，现在有 %(show_value)d 个字。",
            "null_characters_not_allowed": "里面有一个看不见的坏字符，请删掉重打那一处。",
        }
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(
            required=bool(required), max_length=max_length, error_messages=messages, **kwargs
        )

    def to_python(self, value):
        return super().to_python(value.replace("\r\n", "\n") if value else value)


class AppealForm(forms.Form):
    category = forms.ModelChoiceField(
        Category.objects.filter(parent=None), widget=forms.RadioSelect, empty_label=None, label="是哪方面的事",
        error_messages={"required": PICK_CATEGORY, "invalid_choice": PICK_CATEGORY},
    )
    body = Words(
        max_length=BODY_LIMIT, required="请写一句发生了什么。", label="把事情说清楚",
        help_text="什么时候、什么事、希望怎样。写几句就行。",
    )
    files = FilesField()
    title = Words(
        max_length=TITLE_LIMIT, widget=forms.TextInput, label="标题", help_text="不写就用开头的几个字。"
    )
    kind = forms.ChoiceField(
        choices=[("appeal", "请帮我办"), ("question", "只想问问")], widget=forms.RadioSelect, required=False,
        label="要办事，还是咨询", error_messages={"invalid_choice": "请选一个。"},
    )
    confidentiality = forms.ChoiceField(
        choices=Appeal.Confidentiality.choices[:2], widget=forms.RadioSelect, required=False, label="谁知道是您",
        help_text="实名：办理的人知道是您，方便联系。保密：只有市行业党委知道是您，不经过联系党员，从支部办起。",
        error_messages={"invalid_choice": "请选实名或者保密。"},
    )
    about = forms.MultipleChoiceField(
        choices=list(ABOUT.items()), widget=forms.CheckboxSelectMultiple, required=False, label="这件事与谁有关",
        help_text="选了谁，就跳过谁，直接到市行业党委；他们哪里都看不到这件事。",
        error_messages={"invalid_choice": "请从列出来的里选。"},
    )
    agree = forms.BooleanField(
        label="我同意把以上内容用来办这件事", help_text="只给办理的人看",
        error_messages={"required": "请勾上同意，我们才能拿它去办。"},
    )
    submit_key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": STALE_PAGE, "invalid": STALE_PAGE}
    )

    def __init__(self, *args, anchor=None, **kwargs):
        """`anchor`: only whom this one has is offered under `about`."""
        super().__init__(*args, **kwargs)
        if anchor and "about" in self.fields:
            self.fields["about"].choices = [(word, ABOUT[word]) for word in offered(anchor)]

    def clean_confidentiality(self):
        return self.cleaned_data["confidentiality"] or Appeal.Confidentiality.REAL_NAME

    def clean_kind(self):
        return self.cleaned_data["kind"] or Appeal.Kind.APPEAL

    def with_new_key(self):
        """The same words under a key of their own, for the case that the first one was used up."""
        self.data = self.data.copy()
        self.data["submit_key"] = str(uuid.uuid4())
        return self

    @property
    def words(self):
        """What `services.submit` takes; the agreement is a condition, not a word."""
        return {name: value for name, value in self.cleaned_data.items() if name != "agree"}


class VerbForm(forms.Form):
    """Every verb says which version it was drawn from, so that a stale click is refused."""

    version = VersionField(STALE_PAGE)  # unlike other pages, these are drawn again with the present one

    def __init__(self, *args, appeal=None, user=None, **kwargs):
        """`appeal` is whose page it stands on, and `user` who reads it; some forms offer what these allow."""
        super().__init__(*args, **kwargs)
        self.appeal, self.user = appeal, user


class NoteForm(VerbForm):
    text = Words(max_length=TEXT_LIMIT, required="请写一句进展。", label="办理进展")
    files = FilesField()
    internal = forms.BooleanField(
        required=False, label="只给办理的人看", help_text="勾上以后，主播看不到这一条"
    )


class HandUpForm(VerbForm):
    text = Words(max_length=TEXT_LIMIT, label="为什么往上交")


class ReplyForm(VerbForm):
    text = Words(
        max_length=TEXT_LIMIT, required="请写答复的内容。", label="写答复",
        help_text="办了什么、哪天办的、后面找谁。主播会原样看到。",
    )
    files = FilesField()

    def __init__(self, *args, **kwargs):
        """Words of its own for each appeal that was merged into this one: a field `child_<id>` each."""
        super().__init__(*args, **kwargs)
        self.following = following(self.appeal, self.user) if open_work(self.appeal).leads else []
        for child in self.following:
            self.fields[f"child_{child.pk}"] = Words(
                max_length=TEXT_LIMIT, rows=3, label=f"单独答复 {child.number}",
                help_text=f"{child.title}。不写就收到和主案一样的答复。",
            )

    def clean(self):
        data = super().clean()
        own = {child.pk: data.pop(f"child_{child.pk}", "") for child in self.following}
        if own:
            data["children"] = own
        return data

    @property
    def words_of_children(self):
        return [self[f"child_{child.pk}"] for child in self.following]


class ConfirmForm(VerbForm):
    contacted = forms.TypedChoiceField(
        choices=[("yes", "联系过"), ("no", "没有")], coerce=lambda said: said == "yes", widget=forms.RadioSelect,
        label="办理的人联系过您吗？",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选联系过没有。"),
    )
    outcome = forms.ChoiceField(
        choices=OUTCOMES_SAID, widget=forms.RadioSelect,
        label="事情解决了吗？",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选事情解决了没有。"),
    )
    rating = forms.TypedChoiceField(
        choices=list(RATINGS.items()), coerce=int, widget=forms.RadioSelect, label="您满意吗？",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选满意不满意。"),
    )
    reason = Words(max_length=REASON_LIMIT, rows=2, label="想说的话", help_text="满意可不写；不满意请写一句原因。")
    public = forms.BooleanField(
        required=False, label="同意去掉姓名后公开", help_text="选填。由市行业党委重新写过再公开，您随时可以收回。"
    )

    def __init__(self, *args, **kwargs):
        """Whoever consented is not asked again; with a query code nobody could take the consent back.

        Nobody can call who left no name: whether somebody called is not asked, and noted as neither.
        """
        super().__init__(*args, **kwargs)
        if self.appeal.public_since or self.appeal.anchor_id is None:
            del self.fields["public"]
        if self.appeal.anchor_id is None:
            del self.fields["contacted"]


class ReopenForm(VerbForm):
    text = Words(max_length=TEXT_LIMIT, required="请写一句为什么要再办。", rows=3, label="还差什么没办好")


class WithdrawForm(VerbForm):
    text = Words(max_length=TEXT_LIMIT, rows=2, label="为什么撤回")
