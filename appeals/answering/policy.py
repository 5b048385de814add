"""Where an answer needs a second pair of eyes, and whose they are (design §4, `Request` release)."""

from appeals.handlers import Handlers
from appeals.waiting import open_work
from appeals.workflow import Level, Verb
from branches.organisation.policy import hats

CHECKED = "这里的答复要先审后发，请送审。"
UNCHECKED = "这里的答复不用送审，直接答复就行。"


def is_switched_on(user, stage):
    """Whether answers of this level wait for another: the branch's switch, or that of the user's committee."""
    if stage.level == Level.BRANCH:
        return stage.branch_id in hats(user).handles_for_branches and stage.branch.checks_replies
    if stage.level == Level.COMMITTEE:
        return any(post.committee_id and post.committee.checks_replies for post in hats(user).posts)
    return False


def reviewers(user, appeal):
    """Ids of the others who may act at this level. One statement a request, and one a row that hides from somebody."""
    if not hasattr(user, "_colleagues"):
        user._colleagues = Handlers.load(hats(user).handles_for_branches)
    if not open_work(appeal).hides:
        user._colleagues.known.setdefault(appeal.pk, set())
    return user._colleagues.of_stage(appeal.current, appeal) - {user.pk}


def is_checked(user, appeal):
    """Switched on, and somebody else is there to look: a level with one handler answers at once, never stuck."""
    return is_switched_on(user, appeal.current) and bool(reviewers(user, appeal))


def is_alone(user, appeal):
    return is_switched_on(user, appeal.current) and not reviewers(user, appeal)


def refusal(user, verb, appeal):
    """Why one may not answer at once here, or need not ask for it."""
    if verb == Verb.REPLY and is_checked(user, appeal):
        return CHECKED
    if verb == Verb.RELEASE and not is_checked(user, appeal):
        return UNCHECKED
    return None
