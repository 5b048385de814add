"""Who speaks for an appeal."""

from anchors.registry.policy import voices_of


def voices(appeal):
    """Ids of the users whose own appeal it is; nobody's where it is anonymous."""
    return voices_of(appeal.anchor) if appeal.anchor_id else set()
