"""What the appeals' API takes and gives. Shape only: what a text may be is the service's to say."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from appeals import policy, trail
from appeals.attachments.forms import inspected
from appeals.attachments.models import FILES, MEGABYTES, Attachment
from appeals.models import BODY_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Appeal, Category, ServiceLevel
from appeals.services import NAMED
from appeals.workflow import OUTCOMES_SAID, Level, Outcome, Status, Verb

PICK_CONFIDENTIALITY = "请填 real_name（实名）或 confidential（保密）。"
NO_FILE = "文件请用 multipart/form-data 传。"
NO_CATEGORY = "没有这个类别，请从 /api/v1/categories/ 里选。"
PICK_KIND = "请填 appeal（诉求）或 question（咨询）。"
PICK_OUTCOME = "请选事情解决了没有。"
PICK_RATING = "请选满意不满意，5 非常满意到 1 非常不满意。"
_TEXT = f"不超过 {TEXT_LIMIT} 字。"


@extend_schema_field(serializers.ListField(child=serializers.FileField()))
class FilesIn(serializers.Field):
    """Files of a multipart request; cleans to `Inspected`. In JSON there are none."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", f"multipart/form-data 时：照片或 PDF，最多 {FILES} 个，每个 {MEGABYTES} MB。")
        super().__init__(required=False, write_only=True, **kwargs)

    def get_value(self, dictionary):
        found = dictionary.getlist(self.field_name) if hasattr(dictionary, "getlist") else (
            dictionary.get(self.field_name)
        )
        return found or serializers.empty

    def to_internal_value(self, data):
        if not (isinstance(data, list) and all(isinstance(one, UploadedFile) for one in data)):
            raise serializers.ValidationError(NO_FILE)
        try:
            return inspected(data)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from None


class AppealIn(serializers.Serializer):
    # The sentences repeat nothing of what was sent: a lone surrogate in it could not be written back.
    kind = serializers.ChoiceField(Appeal.Kind.choices, error_messages={"invalid_choice": PICK_KIND})
    category = serializers.CharField(help_text="类别代码，一级或二级。")
    title = serializers.CharField(
        default="", allow_blank=True, help_text=f"可不填，取内容的前 30 个字；不超过 {TITLE_LIMIT} 字。"
    )
    body = serializers.CharField(help_text=f"发生了什么，不超过 {BODY_LIMIT} 字。")
    confidentiality = serializers.ChoiceField(
        [(word, word.label) for word in NAMED], default=Appeal.Confidentiality.REAL_NAME,
        error_messages=dict.fromkeys(("invalid_choice", "null"), PICK_CONFIDENTIALITY),
        help_text="confidential：只有市行业党委知道是谁，从支部开始办。",
    )
    about = serializers.JSONField(
        required=False, allow_null=True, default=None, write_only=True,
        help_text="这件事与谁有关：contact、branch、enterprise，一个词或几个词的数组。他们看不到，直接到市行业党委。",
    )

    files = FilesIn()

    def validate_category(self, code):
        category = Category.objects.filter(code=code).first()
        if category is None:
            raise serializers.ValidationError(NO_CATEGORY)
        return category


class VersionIn(serializers.Serializer):
    version = serializers.IntegerField(help_text="您看到的版本；已经变了就答 409。")


class NoteIn(VersionIn):
    text = serializers.CharField(help_text=_TEXT)
    internal = serializers.BooleanField(default=False, help_text="内部备注，主播看不到。")
    files = FilesIn()


class RowIn(serializers.PrimaryKeyRelatedField):
    """The id of a row; what is not there is one sentence, whatever was sent."""

    def __init__(self, sentence, **kwargs):
        messages = dict.fromkeys(("does_not_exist", "incorrect_type"), sentence)
        super().__init__(error_messages=messages, **kwargs)


class ReplyIn(VersionIn):
    text = serializers.CharField(help_text=_TEXT)
    files = FilesIn()
    children = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False,
        help_text="主案答复时，给并进来的某一件单独写的话：{id: text}；没写的收到和主案一样的答复。",
    )


class SupplementIn(VersionIn):
    text = serializers.CharField(help_text=_TEXT)
    files = FilesIn()


class ReasonIn(VersionIn):
    text = serializers.CharField(default="", allow_blank=True, help_text=_TEXT)
    reason = serializers.CharField(default="", allow_blank=True, write_only=True, help_text="没有 text 时用它。")

    def validate(self, data):
        reason = data.pop("reason")
        return {**data, "text": data["text"] or reason}


class JudgeIn(VersionIn):
    """By the query code: nobody could have called who left no name, so that this is not asked."""

    outcome = serializers.ChoiceField(
        OUTCOMES_SAID, error_messages={"invalid_choice": PICK_OUTCOME}
    )
    rating = serializers.IntegerField(
        min_value=1, max_value=5, error_messages={"min_value": PICK_RATING, "max_value": PICK_RATING},
        help_text="5 非常满意到 1 非常不满意；2 和 1 要写原因。",
    )
    reason = serializers.CharField(default="", allow_blank=True, help_text="不超过 500 字。")


class ConfirmIn(JudgeIn):
    contacted = serializers.BooleanField(help_text="是否联系过您。")


class CategoryOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    parent = serializers.CharField(source="parent_id", allow_null=True, help_text="上一级的代码。")
    service_class = serializers.ChoiceField(ServiceLevel.ServiceClass.choices)


class CategoriesOut(serializers.Serializer):
    results = CategoryOut(many=True)


class AppealOut(serializers.Serializer):
    """Codes in capitals, names as words; `due_at` is the deadline in force, null when nobody's clock runs."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(Appeal.Kind.choices)
    category = serializers.CharField(source="category_id")
    title = serializers.CharField()
    body = serializers.CharField()
    confidentiality = serializers.ChoiceField(Appeal.Confidentiality.choices)
    anchor = serializers.SerializerMethodField(help_text="主播姓名；不该看到时为空。")
    branch = serializers.CharField(
        source="branch.name", default=None, allow_null=True, help_text="提交时主播所在的支部。"
    )
    status = serializers.ChoiceField(Status.choices)
    level = serializers.ChoiceField(Level.choices, source="current.level", help_text="现在（或最后）在哪一级。")
    holder = serializers.CharField(
        source="current.holder.name", default=None, allow_null=True, help_text="现在（或最后）由谁办；没人接单时为空。"
    )
    submitted_at = serializers.DateTimeField()
    due_at = serializers.SerializerMethodField(
        help_text="当前期限：没接单是接单期限，接单后是办理期限；不在办理时为空。"
    )
    replied_at = serializers.DateTimeField(allow_null=True)
    judge_by = serializers.DateTimeField(allow_null=True, help_text="最晚评价时间。")
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True, help_text="办结才有。")
    version = serializers.IntegerField()
    actions = serializers.SerializerMethodField(help_text="您现在能做的动作。")

    def get_anchor(self, appeal) -> str | None:
        known = policy.knows_anchor(self.context["request"].user, appeal)
        return appeal.anchor.user.name if known else None

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_due_at(self, appeal):
        stage = appeal.current
        due_at = stage.deadline_at if stage.is_open else None
        return serializers.DateTimeField().to_representation(due_at) if due_at else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Verb.choices)))
    def get_actions(self, appeal):
        return [str(verb) for verb in policy.actions(self.context["request"].user, appeal)]

    def to_representation(self, appeal):
        data = super().to_representation(appeal)
        return _lent(appeal, data) if getattr(appeal, "only_lent", False) else data


# What the clerk of a unit reads of an appeal beside the dispatch itself (design §7); all else is null.
_LENT = ("id", "number", "kind", "category", "status", "version", "actions")


def _lent(appeal, data):
    """As `AppealQuerySet.with_lent` brought it: category for title, what is asked for body, the unit's own deadline."""
    row = appeal.lent[0]
    moments = {
        name: serializers.DateTimeField().to_representation(moment) if moment else None
        for name, moment in (("due_at", row.due_at if row.is_open else None), ("replied_at", row.replied_at))
    }
    return {
        **{name: value if name in _LENT else None for name, value in data.items()}, **moments,
        "title": appeal.category.name, "body": row.asked.words.internal, "level": str(Level.COMMITTEE), "outcome": "",
    }


class AttachmentOut(serializers.Serializer):
    """`sha256` is of the file as it is kept and served: a photo has been drawn anew."""

    uuid = serializers.UUIDField()
    name = serializers.CharField(source="shown")
    kind = serializers.ChoiceField(Attachment.Kind.choices)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    erased_at = serializers.DateTimeField(help_text="已按规定清除：文件没有了，sha256 还在。")
    url = serializers.SerializerMethodField(help_text="已清除时为空。")

    def get_url(self, file) -> str | None:
        return None if file.erased_at else reverse("api:attachment", args=[file.appeal_id, file.uuid])


class TrailLineOut(serializers.Serializer):
    """One line, with all that is needed to recompute its digests and its hash (appeals/trail.py).

    `context["withheld"]`: ids of the users who are not named to this reader. Such a line says so, lest anybody think
    the chain broken: its hash is recomputed by the anchor and at the committee. Its `internal_digest`, salted with
    what nobody is told, stays away too: else the few numbers that an actor may have could be tried against the hash.
    """

    seq = serializers.IntegerField()
    verb = serializers.ChoiceField(Verb.choices)
    level = serializers.ChoiceField(Level.choices)
    actor = serializers.SerializerMethodField(help_text="空为到点自动，或者不该看到（withheld）。")
    actor_id = serializers.SerializerMethodField()
    withheld = serializers.SerializerMethodField(
        help_text="保密：不告诉您是谁做的，actor、actor_id、internal_digest 为空；主播本人和市行业党委可以核对 hash。"
    )
    at = serializers.SerializerMethodField(help_text="写进校验码的原样：UTC，微秒。")
    text = serializers.SerializerMethodField(help_text="公开的话；已清除时为空。")
    erased = serializers.SerializerMethodField(help_text="文字已按规定清除；校验码还在，照样核对。")
    facts = serializers.JSONField()
    attachments = serializers.SerializerMethodField(help_text="这一行的照片和文件，您看得到的。")
    public_salt = serializers.CharField(source="words.public_salt", default=None, allow_null=True)
    public_digest = serializers.CharField()
    internal_digest = serializers.SerializerMethodField()
    prev_hash = serializers.CharField()
    hash = serializers.CharField()

    def get_withheld(self, event) -> bool:
        return event.actor_id in self.context["withheld"]

    def get_actor(self, event) -> str | None:
        return event.actor.name if event.actor_id and not self.get_withheld(event) else None

    def get_actor_id(self, event) -> int | None:
        return None if self.get_withheld(event) else event.actor_id

    def get_internal_digest(self, event) -> str | None:
        return None if self.get_withheld(event) else event.internal_digest

    def get_at(self, event) -> str:
        return trail.stamp(event.at)

    @extend_schema_field(AttachmentOut(many=True))
    def get_attachments(self, event):
        return AttachmentOut(self.context["files"].get(event.pk, ()), many=True).data

    def get_erased(self, event) -> bool:
        return not event.words.public_salt

    def get_text(self, event) -> str | None:
        words = getattr(event, "words", None)
        return words.public if words and words.public_salt else None  # emptied words have lost their salt


class TrailOut(serializers.Serializer):
    results = TrailLineOut(many=True)


class _Nothing(serializers.Field):
    """Always null."""

    def __init__(self):
        super().__init__(source="*", read_only=True, allow_null=True)

    def to_representation(self, event) -> None:
        return None


class WordlessLineOut(TrailLineOut):
    """For the auditor: what was done, not by whom and not what was said."""

    actor, text, public_salt, attachments = (_Nothing() for _ in range(4))


class WordlessTrailOut(serializers.Serializer):
    results = WordlessLineOut(many=True)



class DayOut(serializers.Serializer):
    date = serializers.DateField()
    counted = serializers.BooleanField(source="counts", help_text="这一天算不算；第几天写在 reason 里。")
    reason = serializers.CharField(source="note", help_text="为什么算，或为什么不算。")


class DeadlineOut(serializers.Serializer):
    """The deadline in force and every day that it was counted over; `days` is empty where no clock runs."""

    due_at = serializers.DateTimeField(allow_null=True, help_text="当前期限；已答复、已办结或挂起时为空。")
    resume_at = serializers.DateTimeField(allow_null=True, help_text="挂起时：最晚什么时候恢复，恢复后接着算。")
    provisional = serializers.BooleanField(help_text="暂定：碰到还没有放假通知的年份，公布后会重新算。")
    rule = serializers.CharField(help_text="怎么算的，一两句话。")
    days = DayOut(many=True)
