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


def reads_several(user, meetings):
    """Whether each of these `meetings` has to say whose it is: somebody in office here may be a member there."""
    worn = hats(user)
    branches = {*worn.sees_branches, *(meeting.branch_id for meeting in meetings)}
    return worn.handles_for_committee or len(branches) > 1


def may_export(user):
    worn = hats(user)
    return worn.handles_for_committee or bool(worn.handles_for_branches)
