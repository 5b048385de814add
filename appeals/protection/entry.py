"""What an anchor says beside the words of a new appeal: who may know them, and whom the matter is about (design §4)."""

from django.core.exceptions import ValidationError

from anchors.registry.models import Anchor
from anchors.registry.policy import voices_of
from appeals.protection.models import Recusal
from members.models import Member

ABOUT = (Recusal.Why.CONTACT, Recusal.Why.BRANCH, Recusal.Why.ENTERPRISE)
UNKNOWN = "请从 contact（联系党员）、branch（所在支部）、enterprise（所在企业）里选，可以选几个。"
_NOBODY = {
    Recusal.Why.CONTACT: "您现在没有联系党员，请不选“我的联系党员”。",
    Recusal.Why.BRANCH: "您现在没有所在支部，请不选“我所在支部”。",
    Recusal.Why.ENTERPRISE: "登记里没有您所在的企业，请不选“我所在企业”。",
}


def cleaned_about(about):
    """The words in a fixed order, each once; `about` is None, one word or several. ValidationError on any other."""
    said = [about] if isinstance(about, str) else about or []
    if not isinstance(said, list | tuple | set | frozenset) or any(
        not isinstance(word, str) or word not in ABOUT for word in said
    ):
        raise ValidationError({"about": UNKNOWN})
    return tuple(str(word) for word in ABOUT if word in said)


def offered(anchor):
    """What this anchor may say that an appeal is about: whom they have."""
    concerned = _concerned(anchor)
    return [why for why in ABOUT if concerned[why]]


def _concerned(anchor):
    ids = (anchor.contact_id, anchor.branch_id, anchor.enterprise_id)
    return dict(zip(ABOUT, ids, strict=True))


def recuse_concerned(appeal, about):
    """Write whom an appeal is hidden from, by what its anchor says it is about; return how many. A few statements.

    Of a firm those whose record as member or anchor names it, their branches and its own; never who speaks for the
    anchor. ValidationError where the anchor has no such contact, branch or firm.
    """
    anchor = appeal.anchor
    people, branches = {}, {}
    for why in about:
        if not _concerned(anchor)[why]:
            raise ValidationError({"about": _NOBODY[why]})
        if why == Recusal.Why.CONTACT:
            people[anchor.contact_id] = why
        elif why == Recusal.Why.BRANCH:
            branches[anchor.branch_id] = why
        else:
            staff, theirs = _of_firm(anchor)
            people = {**dict.fromkeys(staff, why), **people}
            branches = {**dict.fromkeys(theirs, why), **branches}
    said = {"appeal": appeal, "at": appeal.submitted_at}
    rows = [Recusal(user_id=pk, why=why, **said) for pk, why in people.items()]
    rows += [Recusal(branch_id=pk, why=why, **said) for pk, why in branches.items()]
    return len(Recusal.objects.bulk_create(rows))


def _of_firm(anchor):
    """Ids of the users of the anchor's firm without themselves, and of the branches concerned. One statement."""
    members = Member.objects.filter(enterprise=anchor.enterprise_id)
    anchors = Anchor.objects.filter(enterprise=anchor.enterprise_id)
    own = voices_of(anchor)
    members, anchors = (rows.order_by().values_list("user", "branch") for rows in (members, anchors))
    found = set(members.union(anchors, all=True))
    people = {(user_id, branch_id) for user_id, branch_id in found if user_id not in own}
    branches = {anchor.enterprise.branch_id, *(branch_id for _, branch_id in people)}
    return {user_id for user_id, _ in people}, branches - {None}
