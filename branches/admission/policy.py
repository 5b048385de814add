from branches.organisation.policy import hats


def may(user, verb, form=None):
    """`enter`, `correct`, `renew` and `remove` are the committee's; `decide` its secretary's or deputy's, but for
    what they entered or corrected themselves.
    """
    worn = hats(user)
    if verb == "decide":
        return worn.leads_committee and user.pk not in (form.entered_by_id, form.corrected_by_id)
    return verb in ("enter", "correct", "renew", "remove") and worn.handles_for_committee
