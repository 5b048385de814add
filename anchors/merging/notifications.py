"""Who hears of a merge: the person, and the contact whom it took away or who went over. Never who did it."""

from django.urls import reverse

from notices.services import Message

MERGED = "以前登记过两次的，现在是一条，诉求都在“我的诉求”里。不对的话请与支部说一声。"


def of_merge(merge):
    own = reverse("anchors:own")
    return _to({merge.kept.user_id}, merge, f"anchors-merged:{merge.pk}", "您的两条登记合并成了一条", MERGED, own)


def of_its_contact(merge):
    """To the contact of the entry that stands behind the other one now."""
    contact, key = merge.moved["contact"], f"anchors-merged-contact:{merge.pk}"
    if contact and merge.kept.contact_id == contact:
        card = reverse("anchors:detail", args=[merge.kept_id])
        return _to({contact}, merge, key, "您联系的一位主播，两条登记合并成了一条", "还是由您联系。", card)
    text, listed = "这位主播登记了两次，已经合并。", reverse("anchors:list")
    return _to({contact}, merge, key, "有一位主播不再由您联系", text, listed)


def of_undo(merge, kept, gone):
    """To both persons, and to the contact who has the second one again."""
    heard, key = {kept.user_id, gone.user_id}, f"anchors-unmerged:{merge.pk}"
    told = _to(heard, merge, key, "登记的合并撤销了，又是两条", "", reverse("anchors:own"), by=merge.undone_by_id)
    card = reverse("anchors:detail", args=[gone.pk])
    return told + _to({gone.contact_id} - heard, merge, key, "请您联系一位主播", "", card, by=merge.undone_by_id)


def _to(people, merge, key, title, text, url, *, by=None):
    actor = by or merge.by_id
    return [Message(person, key, title, text, url) for person in sorted(people - {None, actor})]
