from branches.organisation.policy import hats


def may(user, verb, form=None):
    """`enter` and `remove` are the committee's; `decide` its secretary's or deputy's, but for what they entered."""
    worn = hats(user)
    if verb == "decide":
        return worn.leads_committee and form.entered_by_id != user.pk
    return verb in ("enter", "remove") and worn.handles_for_committee
