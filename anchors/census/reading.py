"""The rows of a workbook against the database: code lists, registered names, and the people that come out."""

from dataclasses import dataclass, field
from itertools import islice

from anchors.census.checks import ACCOUNT, Known, check
from anchors.census.known import known_people
from anchors.census.staging import Person
from branches.organisation.models import Branch, Division
from xinyu_portal import seal
from xinyu_portal.workbook_cells import as_text

COUNTY_DIGITS = 6


@dataclass
class Batch:
    """Some rows of the sheet, judged. `last` is the number in the sheet of the last of them."""

    last: int
    rejected: list = field(default_factory=list)  # (row number, cells as text, reasons)
    remarks: list = field(default_factory=list)  # (row number, sentence)


def known():
    """The code lists as the database has them; two statements."""
    divisions = list(Division.objects.select_related("parent"))
    branches = list(Branch.objects.all())
    counties = {one.name: one.code for one in divisions if len(one.code) == COUNTY_DIGITS and one.parent_id}
    townships = {(one.parent.name, one.name): one.code for one in divisions if len(one.code) > COUNTY_DIGITS}
    return Known(
        counties, townships, {one.name: one.pk for one in branches}, {one.short_name: one.pk for one in branches}
    )


def batches(sheet, gathering, step):
    """Yield a Batch for every `step` rows; one statement each for the names already registered."""
    lists, rows = known(), iter(sheet)
    while taken := list(islice(rows, step)):
        cells = dict(taken)
        checked = [check(number, values, sheet.head, lists) for number, values in taken]
        batch = Batch(taken[-1][0])
        for row in gathering.settle(checked, _registered(checked)):
            if row.errors:
                texts = [as_text(cell) for cell in cells[row.number]]
                batch.rejected.append((row.number, texts, list(row.errors)))
            batch.remarks += [(row.number, remark) for remark in row.remarks]
        yield batch


def people(gathering):
    """The accepted people of a file as staging.Person."""
    return [_person(mobile, found) for mobile, found in gathering.persons.items()]


def counts(gathering):
    return {
        "rows": gathering.rows, "people": gathering.people, "accounts": gathering.accounts,
        "rejected": gathering.rejected,
    }


def _registered(rows):
    """`{mobile: name}` of those whose number is known here."""
    mobiles = {seal.index(row.mobile, purpose="phone"): row.mobile for row in rows if row.mobile}
    return {mobiles[index]: somebody.name for index, somebody in known_people(mobiles).items()}


def _person(mobile, found):
    values = {key: value for key, value in found.values.items() if key not in (*ACCOUNT, "mobile")}
    if "since" in values:
        values["since"] = values["since"].isoformat()
    return Person(mobile, {**values, "name": found.name}, [values for _, values in found.accounts.values()])

