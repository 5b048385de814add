"""What merging forbids: a child is acted upon through its lead, a lead is never a child, a child never a lead."""

from appeals.waiting import open_work
from appeals.workflow import ACTIVE, Verb

# What may be done to a child itself. Everything else happens to its lead, and to the child with it.
OF_A_CHILD = (
    Verb.NOTE, Verb.SUPPLEMENT, Verb.WITHDRAW, Verb.RECUSE, Verb.ANSWER_SHEET, Verb.UNMERGE, Verb.DISPATCH_REPLY,
)
TOGETHER = "和同一件事一起办着，您会单独收到答复。"  # all that a child's anchor hears of the lead


def refusal(verb, appeal, *, by_anchor):
    """Return why the verb cannot follow because of a merge, or None. One statement for a bare row, else none."""
    if appeal.status not in ACTIVE or (verb in OF_A_CHILD and verb != Verb.UNMERGE):
        return None
    work = open_work(appeal)
    if verb == Verb.UNMERGE:
        return None if work.led_by else "这一件没有并在别的诉求里。"
    if work.led_by:
        return TOGETHER if by_anchor else f"这一件已并到 {work.led_number} 一起办，请到那一件上操作。"
    if verb == Verb.MERGE and work.leads:
        return "这一件是主案，已有别的诉求并进来，不能再并到别处。"
    return None
