"""Who may hand an anchor the code to get in."""

from branches.organisation.policy import BRANCH_HANDLERS, COMMITTEE_HANDLERS, hats

CONTACT = "联系党员"


def office(user, anchor):
    """As what `user` may give the anchor a code: the title of the office, or "" where they may not.

    Nobody for oneself, nobody for a disabled person. Who holds an office gets theirs from the committee alone:
    else a contact could step into it.
    """
    if anchor.user_id == user.pk or not anchor.user.is_active:
        return ""
    worn = hats(user)
    for post in worn.posts:
        if post.committee_id and post.role in COMMITTEE_HANDLERS:
            return post.title
    return "" if hats(anchor.user).posts else _near(user, worn, anchor)


def _near(user, worn, anchor):
    for post in worn.posts:
        if post.branch_id and post.branch_id == anchor.branch_id and post.role in BRANCH_HANDLERS:
            return post.title
    return CONTACT if anchor.contact_id == user.pk else ""
