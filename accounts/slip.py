"""The QR code of a slip: the address that opens with the code filled in."""

import segno
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe


def address(request, code):
    """Of the activation page, as the reader of the QR code needs it."""
    return request.build_absolute_uri(f"{reverse('activate')}?{urlencode({'code': code})}")


def drawing(text):
    """Inline SVG without style attributes; the stylesheet gives the size."""
    svg = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None)
    return mark_safe(svg)
