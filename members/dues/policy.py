from branches.organisation.policy import hats


def may_record(user, members):
    """For all of these: amount and month are written by secretary, deputy and 组织委员 of the member's own branch."""
    handled = hats(user).handles_for_branches
    return all(member.branch_id in handled for member in members)
