from branches.organisation.policy import hats


def may(user, verb, report=None):
    """`file` is the branch secretary's or deputy's; `accept`, `return`, `open_event`, `roll_up` and `template` are the
    committee's.
    """
    worn = hats(user)
    if verb == "file":
        return report.branch_id in worn.leads_branches
    return worn.handles_for_committee
