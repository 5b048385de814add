"""Whoever came with the query code of an anonymous appeal. No account, no session, no name stands behind it."""

from dataclasses import dataclass

from anchors.registry.policy import Links
from appeals.workflow import Verb
from branches.organisation.policy import Hats

BY_CODE = (Verb.CONFIRM, Verb.REOPEN, Verb.WITHDRAW, Verb.SUPPLEMENT, Verb.REVIEW)  # those with a door for the code


@dataclass(frozen=True)
class CodeHolder:
    """Acts as the anchor of the one appeal whose id is `opens`; to everything else a person without any office.

    The trail knows such a person by `facts["by_code"]`: the line's actor is null.
    """

    opens: int
    pk = 0  # no row has this id, so it equals no holder, actor or member
    is_authenticated = False
    _hats = Hats(())
    _links = Links(None, 0, ())


def credited(actor, facts):
    """Whose name a line carries, and its facts: of a code no name, and that it was a code."""
    if isinstance(actor, CodeHolder):
        return None, {**facts, "by_code": True}
    return actor, facts
