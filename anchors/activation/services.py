"""An anchor is handed the code to get in."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.services import issue_code
from anchors.activation import policy
from anchors.registry.taking import take
from notices.services import send

ABUSE = "可以用它重设您的密码。如果不是您要的，请马上告诉支部或行业党委。"


@transaction.atomic
def issue(anchor, *, actor, at=None):
    """Return `(ActivationCode, code)`. Raises PermissionDenied (403), errors.Conflict (409) for who has no phone."""
    row = take(anchor)  # bare: the contact may just be changing
    office = policy.office(actor, row)
    if not office:
        raise PermissionDenied
    issued, code = issue_code(row.user, issued_by=actor, office=office, at=at)
    if row.user.has_usable_password():
        title = f"{office}{actor.name}给您出了一个激活码"
        send([row.user], key=f"activation:{issued.pk}", title=title[:80], text=ABUSE, at=issued.issued_at)
    return issued, code
