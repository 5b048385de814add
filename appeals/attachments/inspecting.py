"""What is let in: photos drawn anew, and PDFs as they are. Pure: bytes in, bytes out.

A file is taken when its content, its extension and the type that came along say the same. Photos are decoded and
written again: what else the file held (GPS, comments, another file behind the picture) is not in the new one.
"""

import io
import threading
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from PIL import Image, ImageOps

from appeals.attachments.models import MEGABYTES, Attachment

Kind = Attachment.Kind
LARGEST = MEGABYTES * 1024 * 1024
LONGEST_SIDE, THUMB_SIDE = 2560, 320
MOST_PIXELS = 50_000_000  # 48 million are what the phones of today make at most
NAME_LIMIT = 120
EXTENSIONS = {
    ".jpg": Kind.JPEG, ".jpeg": Kind.JPEG, ".png": Kind.PNG, ".webp": Kind.WEBP, ".pdf": Kind.PDF,
}
TYPES = {
    "image/jpeg": Kind.JPEG, "image/jpg": Kind.JPEG, "image/pjpeg": Kind.JPEG, "image/png": Kind.PNG,
    "image/webp": Kind.WEBP, "application/pdf": Kind.PDF,
}
MIME = {Kind.JPEG: "image/jpeg", Kind.PNG: "image/png", Kind.WEBP: "image/webp", Kind.PDF: "application/pdf"}
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif")
_ONE_AT_A_TIME = threading.Lock()  # a decoded photo takes 200 MB at worst; eight threads share the machine


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept. `thumb` is a JPEG of at most 320 px, empty for a PDF."""

    name: str
    kind: str
    data: bytes
    thumb: bytes = b""


def inspect(name, declared, data):
    """Return the file as it will be kept. Raises ValidationError with a sentence that names it."""
    name = clean_name(name)
    if not data:
        raise _refused(name, "是空的")
    if len(data) > LARGEST:
        raise _refused(name, f"超过 {MEGABYTES} MB")
    kind, extension = kind_of(data), EXTENSIONS.get(PurePosixPath(name).suffix.lower())
    if kind is None:
        raise _refused(name, _unknown(data, extension))
    if extension != kind or TYPES.get((declared or "").split(";")[0].strip().lower()) != kind:
        raise _refused(name, "的名字和内容对不上，请换一个文件")
    if zipfile.is_zipfile(io.BytesIO(data)) or (kind != Kind.PDF and b"%PDF-" in data[:1024]):
        raise _refused(name, "里面夹着别的文件，不能传")
    if kind == Kind.PDF:
        return Inspected(name, kind, _whole_pdf(name, data))
    return Inspected(name, kind, *_drawn_anew(name, kind, data))


def clean_name(name):
    """The last part of a path, without what cannot be seen, short enough to be kept; its extension stays."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip() or "文件"
    path = PurePosixPath(seen)
    return path.stem[:NAME_LIMIT - len(path.suffix)] + path.suffix if len(path.suffix) < 10 else seen[:NAME_LIMIT]


def kind_of(data):
    """What the first bytes say, or None."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    return Kind.PDF if data.startswith(b"%PDF-") else None


def _unknown(data, extension):
    """What is wrong with bytes that begin as nothing that is taken, whatever their name promises."""
    if _is_heic(data):
        return "是 iPhone 的 HEIC 格式，这里打不开。请截一张图再传"
    if extension == Kind.PDF:
        return "打不开，可能坏了，也可能不是 PDF，请重新导出一份"
    if extension or data.startswith(b"\xff\xd8"):  # the first two of the three bytes of a JPEG
        return "打不开，可能坏了，也可能不是照片，请换一张"
    return "不能传，只收照片（JPG、PNG、WebP）和 PDF"


def _is_heic(data):
    return data[4:8] == b"ftyp" and data[8:12] in HEIC


def _whole_pdf(name, data):
    """Begins and ends as a PDF does; it is never drawn here, and only ever downloaded."""
    tail = data[-1024:].rstrip(b"\0\r\n\t ")
    if not (data[5:7] in (b"1.", b"2.") and tail.endswith(b"%%EOF")):
        raise _refused(name, "不是完整的 PDF，请重新导出一份")
    return data


def _drawn_anew(name, kind, data):
    """The picture upright, at most LONGEST_SIDE, and its thumbnail; nothing else of the file."""
    with _ONE_AT_A_TIME:
        try:
            with Image.open(io.BytesIO(data), formats=[kind.upper()]) as picture:
                return _redraw(name, kind, picture)
        except ValidationError:
            raise
        except Exception:  # noqa: BLE001 - Pillow has no error of its own for a broken file: anything may come out
            raise _refused(name, "打不开，可能坏了，请换一张") from None


def _redraw(name, kind, picture):
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _refused(name, "太大了，请先缩小再传")
    if getattr(picture, "is_animated", False) and picture.format != "MPO":  # an MPO is a photo with a second lens
        raise _refused(name, "是动图，请换一张照片")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at half or a quarter where that is enough
    colours = picture.info.get("icc_profile") if picture.mode in ("RGB", "RGBA", "L") else None
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = upright.convert(_mode(kind, upright))
    upright.info.clear()
    out = io.BytesIO()
    how = {"optimize": True} if kind == Kind.PNG else {"quality": 85}
    upright.save(out, format=kind.upper(), icc_profile=colours, exif=b"", **how)
    if out.tell() > LARGEST:
        raise _refused(name, "太大了，请先缩小再传")
    return out.getvalue(), _thumb(upright, colours)


def _mode(kind, picture):
    if kind == Kind.JPEG:
        return "L" if picture.mode == "L" else "RGB"
    return "RGBA" if picture.has_transparency_data else "RGB"


def _thumb(picture, colours):
    small = picture.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    if small.mode == "RGBA":
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    out = io.BytesIO()
    small.save(out, format="JPEG", quality=80, icc_profile=colours)
    return out.getvalue()


def _refused(name, why):
    return ValidationError(f"“{name}”{why}。", code="file")
