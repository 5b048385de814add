"""Who changes, for the preview: the registry's words, the workbook's, and what the anchors wrote themselves."""

from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Max

from accounts.models import AuditEvent, Sex
from anchors.census.known import differences, known_anchors
from anchors.census.models import Import, StagedPerson
from anchors.census.staging import Person
from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.models import Branch, Division

NOTHING = "没有"
CODES = {
    "kind": dict(Anchor.Kind.choices), "sex": dict(Sex.choices),
    "accepts_contact": {True: "愿意", False: "不愿意", None: "没有问过"},
    "platform": dict(PlatformAccount.Platform.choices), "genre": dict(PlatformAccount.Genre.choices),
    "followers_band": dict(PlatformAccount.Band.choices),
}
OF_ACCOUNTS = ("account", "followers_band")  # what a record calls a change of an account; it does not say of which


class Line(NamedTuple):
    """One field: the words of both sides, and when the anchor last wrote it, or None."""

    label: str
    before: str
    after: str
    own: datetime | None


class Changed(NamedTuple):
    """A person of the preview. Without lines the registry has changed meanwhile."""

    name: str
    lines: list


def changed_people(row, limit):
    """The first `limit` people of an import who would change, as Changed; a constant number of statements.

    Only these are opened.
    """
    staged = list(row.people.filter(change=StagedPerson.Change.CHANGED).order_by("pk")[:limit])
    registered = known_anchors([one.phone_index for one in staged])
    found = {
        one.phone_index: differences(Person.opened(one), registered[one.phone_index])
        for one in staged if one.phone_index in registered
    }
    names = _names([one for several in found.values() for one in several])
    own = _own_corrections(row, {known.anchor: known.user for known in registered.values()})
    return [
        Changed(one.name, [
            Line(said.label, *_words(said, names), own.get((registered[one.phone_index].anchor, said.field)))
            for said in found.get(one.phone_index, ())
        ])
        for one in staged
    ]


def _names(found):
    """`{field: {key: name}}` of the codes in these Differences; two statements."""
    keys = {field: [] for field in ("division_id", "branch_id")}
    for one in found:
        if one.field in keys:
            keys[one.field] += [one.before, one.after]
    divisions = Division.objects.filter(pk__in=keys["division_id"] or [""]).select_related("parent")
    branches = Branch.objects.filter(pk__in=keys["branch_id"] or [0])
    return CODES | {"division_id": {one.pk: _place(one) for one in divisions},
                    "branch_id": dict(branches.values_list("pk", "short_name"))}


def _place(division):
    """“渝水区罗坊镇”: townships of one name may lie in two counties."""
    is_county = division.parent is None or division.parent.parent_id is None
    return division.name if is_county else f"{division.parent.name}{division.name}"


def _words(one, names):
    if one.field == "account":
        return [_account(side, names) for side in (one.before, one.after)]
    return [_word(one.field, side, names) for side in (one.before, one.after)]


def _account(values, names):
    """“抖音 · 1千以下 · 三农” of a new account, of a known one what differs."""
    if values is None:
        return NOTHING
    columns = ("platform", "public_id", "genre", "followers_band")
    return " · ".join(_word(name, values[name], names) for name in columns if name in values)


def _word(field, value, names):
    if field in names:
        return names[field].get(value, NOTHING)
    if field == "since" and value:
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月"
    return value or NOTHING


def _own_corrections(row, people):
    """`{(anchor id, field): when}` of what these `{anchor id: user id}` corrected themselves, the latest of each.

    Since the last workbook of an earlier round: the several workbooks of one round are filled in at the same time.
    Two statements.
    """
    earlier = Import.objects.filter(state=Import.State.DONE, round__opened_on__lt=row.round.opened_on)
    since = earlier.aggregate(last=Max("finished_at"))["last"]
    events = AuditEvent.objects.filter(
        kind=AuditEvent.Kind.CHANGE, subject_type="anchors.anchor", subject_id__in=[str(pk) for pk in people],
        actor__in=people.values(),
    )
    events = events.filter(at__gt=since) if since else events
    found = {}
    for subject, actor, facts, at in events.order_by("at", "id").values_list("subject_id", "actor", "facts", "at"):
        if people[int(subject)] == actor:
            fields = facts.get("fields", ())
            found |= {(int(subject), "account" if name in OF_ACCOUNTS else name): at for name in fields}
    return found
