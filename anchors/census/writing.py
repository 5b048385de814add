"""The confirmed write: a whole workbook in one transaction, in statements of some hundred rows each.

An empty cell says nothing: it neither fills nor empties a field. What a filled cell says replaces what was there.
"""

import secrets
from collections import Counter

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH

from accounts.models import User
from anchors.census.bulk import Inserts, Updates
from anchors.census.known import (
    OF_ACCOUNT,
    OF_ANCHOR,
    columns_of,
    differences,
    differs,
    known_anchors,
    known_people,
)
from anchors.census.models import Entry
from anchors.registry.models import Anchor, Declaration, PlatformAccount, words_of
from branches.organisation.models import Enterprise

OF_PHONE = ("phone_sealed", "phone_index", "phone_tail_index", "phone_mask")


class RegistryChanged(Exception):
    """Since the preview somebody of this workbook was registered or taken out: it has to be looked at again."""


class Writing:
    """Makes every row outside the transaction, for the lock is held no longer than the statements take.

    `new` is `[(uuid, Person)]`, `changed` and `same` are `[Person]`, `day` is what accounts are dated by.
    """

    def __init__(self, census_round, day, *, new, changed, same):
        self.day, self.firms = day, Firms()
        self.users, self.anchors, self.accounts = Inserts(User), Inserts(Anchor), Accounts()
        self.new, self.account_of = {}, []  # {phone index: name}; place in it of each account's anchor
        for uuid, person in new:
            self._add(uuid, person)
        self.changed = {person.phone_index: person for person in changed}
        self.registered = {*self.changed, *(person.phone_index for person in same)}
        self.seen = known_anchors(self.changed)
        self.changing = self._changing(self.seen)
        self.entries = Inserts(Entry)
        for _ in range(len(self.new) + len(self.registered)):
            self.entries.add(round_id=census_round.pk)

    def _add(self, uuid, person):
        name, firm = person.values["name"], person.values.get("enterprise")
        index = self._add_user(uuid, name, person)
        columns = {"stage_name": person.accounts[0]["nickname"] if person.accounts else name} | columns_of(person)
        words = words_of(name, columns["stage_name"], [account["nickname"] for account in person.accounts])
        self.firms.name(self.anchors, self.anchors.add(enrolled_on=self.day, words=words, **columns), firm)
        for said in person.accounts:
            self.account_of.append(len(self.new))
            self.accounts.add(as_of=self.day, **said)
        self.new[index] = name

    def _add_user(self, uuid, name, person):
        user = User(uuid=uuid)
        user.set_phone(person.phone)
        # As set_password(None), whose forty letters are drawn one by one.
        password = f"{UNUSABLE_PASSWORD_PREFIX}{secrets.token_hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH // 2)}"
        phone = {column: getattr(user, column) for column in OF_PHONE}
        sex = person.values.get("sex", user.sex)
        self.users.add(username=f"zb{uuid.hex[:12]}", uuid=uuid, name=name, sex=sex, password=password, **phone)
        return user.phone_index

    def _changing(self, registered):
        """The changes to what is registered; who went meanwhile is found out by `run`."""
        met = Counter(registered[index].anchor for index in self.changed if index in registered)
        found = Changing(self.firms, self.day, met_twice={anchor for anchor, times in met.items() if times > 1})
        for index, person in self.changed.items():
            if index in registered:
                found.add(person, registered[index])
        return found

    def run(self):
        """Write everything, inside the caller's transaction. Raises RegistryChanged, and IntegrityError likewise."""
        met, registered = known_people(self.new), known_anchors(self.registered, lock=True)
        if registered.keys() != self.registered or any(_is_another(one, self.new[index]) for index, one in met.items()):
            raise RegistryChanged
        if any(registered[index] != self.seen.get(index) for index in self.changed):
            self.changing = self._changing(registered)
        self.firms.write()
        anchors = self._write_new(met)
        self.changing.write()
        self.entries.fill("anchor_id", [*anchors, *(one.anchor for one in registered.values())])
        self.entries.write("DO NOTHING")

    def _write_new(self, met):
        """Somebody may be known here already, as a Party member or a keeper, and now becomes an anchor as well."""
        if met:
            rows = zip(self.new, self.users.rows, strict=True)
            self.users.rows = [cells for index, cells in rows if index not in met]
        made = iter(self.users.write())
        self.anchors.fill("user_id", [met[index].user if index in met else next(made) for index in self.new])
        anchors = self.anchors.write()
        self.accounts.rows.fill("anchor_id", [anchors[place] for place in self.account_of])
        self.accounts.write()
        return anchors


class Changing:
    """What changes of people who are registered: only rows, and only columns, of which a cell says something else.

    `met_twice` are the ids of the anchors whom two rows are about, for two numbers may be of one person.
    """

    def __init__(self, firms, day, *, met_twice):
        self.firms, self.day, self.met_twice = firms, day, met_twice
        self.whose = set()  # user ids
        self.after = {}  # {anchor id: Registered} of those met twice, as the rows so far leave it
        self.users, self.anchors = Updates(User, ("sex",)), Updates(Anchor, (*OF_ANCHOR, "words"))
        self.accounts, self.declared = Updates(PlatformAccount, (*OF_ACCOUNT, "as_of")), Inserts(Declaration)
        self.new = Accounts()

    def add(self, person, known):
        known = self.after.get(known.anchor, known)
        if differences(person, known):
            self.whose.add(known.user)
        if person.values.get("sex", known.sex) != known.sex:
            self.users.add(known.user, {"sex": person.values["sex"]})
        self._add_anchor(person, known)
        accounts = dict(known.accounts)
        for said in person.accounts:
            pk, before = accounts.get((said["platform"], said["nickname"]), (None, None))
            if before is None:
                self.new.add(anchor_id=known.anchor, as_of=self.day, **said)
            elif pk and differs(before, said):
                self._add_account(pk, before | {name: said[name] for name in OF_ACCOUNT if name in said})
            accounts[said["platform"], said["nickname"]] = pk, (before or dict.fromkeys(OF_ACCOUNT, "")) | said
        if known.anchor in self.met_twice:
            self.after[known.anchor] = self._after(person, known, accounts)

    def _after(self, person, known, accounts):
        return known._replace(
            sex=person.values.get("sex", known.sex), firm=person.values.get("enterprise", known.firm),
            values=known.values | columns_of(person), accounts=accounts,
        )

    def _add_anchor(self, person, known):
        values = known.values | columns_of(person)
        firm = person.values.get("enterprise", known.firm)
        nicknames = {name: None for _, name in known.accounts}
        all_nicknames = nicknames | {said["nickname"]: None for said in person.accounts}
        if (values, firm, len(all_nicknames)) == (known.values, known.firm, len(nicknames)):
            return
        words = words_of(known.name, values["stage_name"], all_nicknames)
        cells = self.anchors.add(known.anchor, values | {"words": words})
        self.firms.name(self.anchors, cells, firm)

    def _add_account(self, pk, values):
        self.accounts.add(pk, values | {"as_of": self.day})
        if values["followers_band"]:
            self.declared.add(account_id=pk, followers_band=values["followers_band"], as_of=self.day)

    def write(self):
        self.users.write()
        self.anchors.write()
        self.accounts.write()
        self.declared.write("(account_id, as_of) DO UPDATE SET followers_band = EXCLUDED.followers_band")
        self.new.write()


class Accounts:
    """New platform accounts, each with the first declaration of its followers."""

    def __init__(self):
        self.rows, self.declared, self.declared_of = Inserts(PlatformAccount), Inserts(Declaration), []

    def add(self, *, as_of, followers_band="", **said):
        if followers_band:
            self.declared_of.append(len(self.rows.rows))
            self.declared.add(followers_band=followers_band, as_of=as_of)
        self.rows.add(as_of=as_of, followers_band=followers_band, **said)

    def write(self):
        accounts = self.rows.write()
        self.declared.fill("account_id", [accounts[place] for place in self.declared_of])
        self.declared.write()


class Firms:
    """The firms that rows name: those in the lists, and those that are made with the rest, each once."""

    def __init__(self):
        self.known = {firm.name: firm for firm in Enterprise.objects.all()}
        self.waiting = []  # (rows, cells, Enterprise)

    def name(self, rows, cells, name):
        """Put the firm into the cells of an anchor; one that is new gets there when it is written."""
        if not name:
            return
        firm = self.known.setdefault(name, Enterprise(name=name))
        rows.set(cells, "enterprise_id", firm.pk)
        if firm.pk is None:
            self.waiting.append((rows, cells, firm))

    def write(self):
        Enterprise.objects.bulk_create([firm for firm in self.known.values() if firm.pk is None])
        for rows, cells, firm in self.waiting:
            rows.set(cells, "enterprise_id", firm.pk)


def _is_another(somebody, name):
    """Somebody registered meanwhile, or of another name."""
    return somebody.anchor is not None or somebody.name != name
