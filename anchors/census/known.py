"""What the registry holds of the numbers of a workbook, as plain values, and what the workbook would change of it."""

from typing import Any, NamedTuple

from django.db.models.functions import Coalesce

from accounts.models import User
from anchors.census.bulk import steps
from anchors.registry.models import Anchor, PlatformAccount

OF_ANCHOR = ("stage_name", "kind", "division_id", "branch_id", "enterprise_id", "since", "accepts_contact", "note")
OF_ACCOUNT = ("public_id", "genre", "followers_band")
LABELS = {
    "stage_name": "主播名", "kind": "从业类型", "division_id": "县区乡镇", "branch_id": "所属支部",
    "enterprise_id": "签约机构/企业", "since": "从业起始年月", "accepts_contact": "是否愿意接受党员联系",
    "note": "备注", "sex": "性别",
}


class Somebody(NamedTuple):
    """Who has a number, anchor or not."""

    user: int
    name: str
    anchor: int | None


class Registered(NamedTuple):
    """What the registry says of one number, as far as a workbook may change it.

    `values`: the columns OF_ANCHOR. `accounts`: {(platform, nickname): (id, {column OF_ACCOUNT: value})}.
    """

    anchor: int
    user: int
    name: str
    sex: str
    firm: str | None
    values: dict
    accounts: dict


def known_anchors(phone_indexes, *, lock=False):
    """`{phone index: Registered}` of those registered; three statements for 500 numbers, four with their lock.

    The number of an entry that was merged stands for the one that is kept, which may thus be found by two numbers.
    """
    kept = {}
    for step in steps(list(phone_indexes)):
        rows = Anchor.objects.filter(user__phone_index__in=step).order_by()
        kept |= dict(rows.values_list("user__phone_index", Coalesce("merged_into", "pk")))
    found = {}
    for step in steps(sorted(set(kept.values()))):
        anchors = Anchor.objects.standing().filter(pk__in=step)
        if lock:
            list(anchors.select_for_update().order_by("pk").values_list("pk"))
        rows = anchors.values_list("pk", "user_id", "user__name", "user__sex", "enterprise__name", *OF_ANCHOR)
        found |= {row[0]: Registered(*row[:5], _staged(row[5:]), {}) for row in rows}
    _with_accounts(found)
    return {index: found[pk] for index, pk in kept.items() if pk in found}


def _staged(values):
    """Dates are text, as they are staged."""
    named = dict(zip(OF_ANCHOR, values, strict=True))
    if named["since"]:
        named["since"] = named["since"].isoformat()
    return named


def _with_accounts(registered):
    """Fill in the accounts of `{anchor id: Registered}`."""
    for step in steps(list(registered)):
        rows = PlatformAccount.objects.filter(anchor__in=step).order_by("pk")
        for anchor, platform, nickname, pk, *values in rows.values_list(
            "anchor_id", "platform", "nickname", "pk", *OF_ACCOUNT
        ):
            registered[anchor].accounts[platform, nickname] = pk, dict(zip(OF_ACCOUNT, values, strict=True))


def known_people(phone_indexes):
    """`{phone index: Somebody}` of everybody with such a number; a statement for 500 numbers."""
    found = {}
    for step in steps(list(phone_indexes)):
        people = User.objects.filter(phone_index__in=step)
        found |= {
            index: Somebody(*rest) for index, *rest in people.values_list("phone_index", "pk", "name", "anchor__pk")
        }
    return found


class Difference(NamedTuple):
    """What a workbook says otherwise than the registry.

    `field`: as a correction in the records names it. `before` and `after`: as they are staged, a firm by its name; of
    an account {column OF_ACCOUNT: value} where they differ, and None before an account that is new.
    """

    field: str
    label: str
    before: Any
    after: Any


def differences(person, known):
    """What this person's rows would change of what is Registered: `[Difference, …]`."""
    columns, values = columns_of(person), person.values
    said = [(name, known.values[name], columns[name]) for name in OF_ANCHOR if name in columns]
    said.append(("enterprise_id", known.firm, values.get("enterprise", known.firm)))
    said.append(("sex", known.sex, values.get("sex", known.sex)))
    found = [Difference(name, LABELS[name], before, after) for name, before, after in said if before != after]
    for account in person.accounts:
        _, before = known.accounts.get((account["platform"], account["nickname"]), (None, None))
        if before is None:
            found.append(Difference("account", f"账号 {account['nickname']}", None, account))
        elif differs(before, account):
            new = {name: account[name] for name in OF_ACCOUNT if account.get(name, before[name]) != before[name]}
            old = {name: before[name] for name in new}
            found.append(Difference("account", f"账号 {account['nickname']}", old, new))
    return found


def changes(person, known):
    """Names of the fields that this person's rows would change of what is Registered, as labels."""
    return list(dict.fromkeys(one.label for one in differences(person, known)))


def differs(before, said):
    """Whether a row says something else of an account than stands there."""
    return any(said.get(name, before[name]) != before[name] for name in OF_ACCOUNT)


def columns_of(person):
    """The columns of the anchor that this person's filled cells set, the firm excepted."""
    values = person.values
    plain = ("stage_name", "kind", "since", "accepts_contact", "note")
    found = {name: values[name] for name in plain if name in values}
    return found | {f"{name}_id": values[name] for name in ("division", "branch") if name in values}
