"""What people type: fields that every room asks alike, what a service checks of them, how a verb answers a form."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

TEXT_LIMIT, REASON_LIMIT = 2000, 200
OLD_PAGE = "页面旧了，请刷新后再填。"
UNREADABLE = "里面有系统认不出的字符，请删掉再交。"


def sentences(required="请填这一项。", invalid="这一项填得不对，请再看一下。"):
    """What a field says in each wrong case; Django's own sentences are stiff."""
    return {
        "required": required, "invalid": invalid, "invalid_choice": "没有这个选项，请重新选。",
        "max_length": "最多 %(limit_value)d 字，现在 %(show_value)d 字。", "null_characters_not_allowed": UNREADABLE,
    }


class DayField(forms.DateField):
    """A day, picked or typed as 2026-12-31; `said` is the sentence where it is asked for and empty."""

    def __init__(self, label, said="请填日期，如 2026-12-31。", **options):
        super().__init__(
            label=label, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            error_messages=sentences(said, "日期要写成 2026-12-31 这样。"), **options,
        )


class VersionField(forms.IntegerField):
    """The version of the row that was read, hidden: what was changed since is not overwritten."""

    def __init__(self, said=OLD_PAGE):
        super().__init__(widget=forms.HiddenInput, error_messages=sentences(said, said))


class RowsField(forms.ModelMultipleChoiceField):
    """Rows of a list that are ticked; `others` is the sentence for what is not on it, `said` for none at all."""

    def __init__(self, queryset, others, said="请填这一项。", **options):
        codes = ("invalid_list", "invalid_choice", "invalid_pk_value")
        super().__init__(queryset, error_messages=sentences(said) | dict.fromkeys(codes, others), **options)

    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError as error:  # SQLite's, for an id that no column holds
            raise ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value") from error


class ReasonField(forms.CharField):
    """Why somebody does it, 2 to REASON_LIMIT characters; `said` is the sentence for less."""

    def __init__(self, said, label="理由", **options):
        super().__init__(
            label=label, min_length=2, max_length=REASON_LIMIT, widget=forms.Textarea({"maxlength": None}),
            error_messages=sentences(said) | {"min_length": said}, **options,
        )


def cleaned_text(text, needed="", *, optional=False, field="text", least=1, limit=TEXT_LIMIT):
    """The text without the blanks around it; '' only where it is `optional`.

    Raises ValidationError at `field`: with the sentence `needed` where it is shorter than `least`.
    """
    text = (text or "").strip()
    if len(text) < least and (text or not optional):
        raise ValidationError({field: needed})
    if len(text) > limit:
        raise ValidationError({field: f"请不超过 {limit} 个字，现在有 {len(text)} 个字。"})
    if "\0" in text:
        raise ValidationError({field: UNREADABLE})
    return text


def cleaned_reason(reason, needed=f"请写清理由，2 到 {REASON_LIMIT} 字。", *, field="reason"):
    """A reason of 2 to REASON_LIMIT characters. Raises ValidationError at `field`."""
    return cleaned_text(reason, needed, field=field, least=2, limit=REASON_LIMIT)


def save_unless_there(row, refused):
    """Save a row, or raise ValidationError(refused), nothing written, where a unique constraint knows one already."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError(refused) from error


def done(form, act):
    """Whether the form was sent and `act()` took place, whose answer is then `form.result`; else the form says why."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        form.result = act()
    except ValidationError as error:
        refuse(form, error)
        return False
    return True


def refuse(form, error):
    """Put what a service refused at the fields it names; above the form what names none that the form has."""
    refused = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for field, said in refused.items():
        form.add_error(field if field in form.fields else None, said)
