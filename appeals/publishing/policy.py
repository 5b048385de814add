"""When an answer may be made public: there is one, and its anchor consented."""

from appeals.workflow import Verb

NO_CONSENT = "主播没有同意公开，不能公开。"


def refusal(verb, appeal):
    if verb in (Verb.CONSENT, Verb.PUBLISH) and appeal.replied_at is None:
        return "没有答复过，没有可以公开的。"
    return NO_CONSENT if verb == Verb.PUBLISH and appeal.public_since is None else None
