"""Which files of an appeal a person sees: those of the lines whose words they see. The appeal is visible already."""

from pathlib import PurePosixPath

from appeals import policy
from appeals.attachments.models import Attachment
from appeals.models import Appeal
from appeals.voices import voices
from branches.organisation.policy import hats


def visible(user, appeal):
    """Attachments in order, each with the name under which this person sees it as `shown`. One statement or none.

    The anchor sees what is public; who works with the appeal everything; a partner's clerk and an auditor nothing.
    One that was erased is still told of: its line has its SHA-256.
    """
    found = Attachment.objects.filter(appeal=appeal)
    if policy.is_anchor(user, appeal):
        return _named(found.filter(internal=False), ())
    if not _works_with(user, appeal):
        return []
    return _named(found, _hidden_people(user, appeal))


def by_line(user, appeal, events):
    """`{event id: [attachment, …]}` of these lines; no statement where no line holds a file."""
    if not any(event.facts.get("attachments") for event in events):
        return {}
    lines = {}
    for file in visible(user, appeal):
        lines.setdefault(file.event_id, []).append(file)
    return lines


def _works_with(user, appeal):
    worn = hats(user)
    critical = appeal.service_class == "CRITICAL" and appeal.branch_id in worn.handles_for_branches
    return worn.handles_for_committee or critical or policy.had(user, appeal)


def _hidden_people(user, appeal):
    """Whose file names tell who they are: an anonymous person's to all, a confidential one's below the committee."""
    told = appeal.confidentiality == Appeal.Confidentiality.REAL_NAME or (
        appeal.confidentiality == Appeal.Confidentiality.CONFIDENTIAL and hats(user).handles_for_committee
    )
    return () if told else voices(appeal) | {None}


def _named(found, hidden):
    files = list(found)
    for no, file in enumerate(files, start=1):
        named = file.name and file.by_id not in hidden
        file.shown = file.name if named else f"{file.word} {no}{PurePosixPath(file.name).suffix}"
    return files
