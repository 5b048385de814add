from branches.organisation.policy import hats

OF_THE_BRANCH = ("plan", "correct", "cancel", "record")
OF_THE_COMMITTEE = ("see", "send_back")
VERBS = (*OF_THE_BRANCH, *OF_THE_COMMITTEE)


def may(user, verb, branch_id):
    """Secretary, deputy and 组织委员 plan and record for their branch; the committee's handlers look, or send back."""
    worn = hats(user)
    if verb in OF_THE_BRANCH:
        return branch_id in worn.handles_for_branches
    return verb in OF_THE_COMMITTEE and worn.handles_for_committee


def may_read_minutes(user, branch_id):
    """Who was there, and what was said: offices alone. A plain member reads the plan and the own line."""
    worn = hats(user)
    return worn.handles_for_committee or branch_id in worn.sees_branches


def may_export(user):
    worn = hats(user)
    return worn.handles_for_committee or bool(worn.handles_for_branches)
