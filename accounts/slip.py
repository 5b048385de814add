"""What the pages of an activation code show, and its QR code: the address that opens with the code filled in."""

import segno
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from accounts import codes


def before(person):
    """The words of `accounts/activation.html`: whether there is a password, and which code is out."""
    live = person.activation_codes.live().select_related("issued_by").first()
    return {"person": person, "live": live, "has_password": person.has_usable_password()}


def handed(request, person, row, code):
    """The words of `accounts/activation_slip.html`: the code, shown this once."""
    return {
        "person": person, "row": row, "code": codes.shown(code), "place": request.get_host(),
        "qr": drawing(address(request, code)),
    }


def address(request, code):
    """Of the activation page, as the reader of the QR code needs it."""
    return request.build_absolute_uri(f"{reverse('activate')}?{urlencode({'code': code})}")


def drawing(text):
    """Inline SVG without style attributes; the stylesheet gives the size."""
    svg = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    return mark_safe(svg)
