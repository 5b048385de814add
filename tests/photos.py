"""Real files made in memory: photos with their place in them, PDFs, and what somebody might pass off as one."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from appeals.attachments import store
from appeals.attachments.inspecting import inspect

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
GPS, ORIENTATION, COMMENT = 0x8825, 0x0112, 0x9286


def picture(kind="JPEG", size=(640, 480), colour="teal", **how):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, format=kind, **how)
    return out.getvalue()


def located(size=(640, 480)):
    """A JPEG of a phone that lay on its side, with where it was taken and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (27.0, 48.0, 36.0), 3: "E", 4: (114.0, 55.0, 12.0)})
    return picture(size=size, exif=exif.tobytes(), comment=b"at the back door")


def animated():
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, format="WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


def polyglot():
    """A photo that is an archive as well."""
    out = io.BytesIO(picture())
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


def bomb():
    """A PNG of few bytes that says it is 30 000 × 30 000."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
              for name, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def upload(data=None, name="网点.jpg", declared="image/jpeg"):
    return SimpleUploadedFile(name, picture() if data is None else data, declared)


def stored(*names):
    """Photos in the store, as the doors hand them to a service."""
    return tuple(store.keep(inspect(name, "image/jpeg", picture())) for name in names or ("网点.jpg",))
