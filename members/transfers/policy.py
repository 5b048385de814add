"""Who does what with a letter: the old branch until it is answered, the receiving one takes or waits."""

from members.models import Member, Transfer
from members.roster.policy import handles


def may(user, verb, transfer):
    """`receive` is the receiving branch's; `close` (an answer from outside) and `cancel` are the old branch's."""
    if not transfer.is_open:
        return False
    return is_whose(user, verb, transfer)


def is_whose(user, verb, transfer):
    """The same, whatever the state: for a verb that comes too late is a conflict and not a matter of rights."""
    if verb == "receive":
        return transfer.to_branch_id is not None and handles(user, transfer.to_branch_id)
    if verb == "close" and transfer.to_branch_id is not None:
        return False
    return transfer.from_branch_id is not None and handles(user, transfer.from_branch_id)


def may_renew(user, transfer):
    """Write another letter in place of a cancelled one: the old branch, while the member is there without any."""
    if transfer.state != Transfer.State.CANCELLED or not handles(user, transfer.from_branch_id):
        return False
    there = Member.objects.in_branch().filter(pk=transfer.member_id, branch=transfer.from_branch_id)
    return there.exists() and not Transfer.objects.open().filter(member=transfer.member_id).exists()
