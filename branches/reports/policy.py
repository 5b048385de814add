from branches.organisation.policy import hats


def may(user, verb, report):
    """`file` is the branch secretary's or deputy's, `see` (看过) the committee's."""
    worn = hats(user)
    if verb == "file":
        return report.branch_id in worn.leads_branches
    return verb == "see" and worn.handles_for_committee
