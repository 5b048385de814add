"""The field of a form that takes photos and PDFs. It cleans to a tuple of `Inspected`."""

from django import forms
from django.core.exceptions import ValidationError

from appeals.attachments.inspecting import LARGEST, inspect
from appeals.attachments.models import FILES, MEGABYTES
from appeals.attachments.services import TOO_MANY

ACCEPT = "image/jpeg,image/png,image/webp,application/pdf,.jpg,.jpeg,.png,.webp,.pdf"


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    widget = FilesInput

    def __init__(self, **kwargs):
        kwargs.setdefault("label", "照片或 PDF")
        kwargs.setdefault("help_text", f"最多 {FILES} 个，每个不超过 {MEGABYTES} MB。照片里的位置信息会去掉。")
        attrs = {"accept": ACCEPT, "multiple": True, "data-photos": FILES, "class": "form-control"}
        super().__init__(required=False, widget=FilesInput(attrs=attrs), **kwargs)

    def clean(self, data, initial=None):
        return inspected(data or ())


def inspected(uploads):
    """Uploaded files as `Inspected`. Raises ValidationError with a sentence for each that is refused."""
    if len(uploads) > FILES:
        raise ValidationError(TOO_MANY.format(n=len(uploads)))
    taken, refused = [], []
    for upload in uploads:
        try:
            taken.append(inspect(upload.name, upload.content_type, upload.read(LARGEST + 1)))
        except ValidationError as error:
            refused.append(error)
    if refused:
        raise ValidationError(refused)
    return tuple(taken)
