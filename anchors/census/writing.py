"""The confirmed write: a whole workbook in one transaction, in statements of some hundred rows each.

An empty cell says nothing: it neither fills nor empties a field. What a filled cell says replaces what was there.
"""

from accounts.models import User
from anchors.census.models import Entry
from anchors.registry.models import Anchor, Declaration, PlatformAccount
from branches.organisation.models import Enterprise

STEP = 500
OF_ANCHOR = ("stage_name", "kind", "division_id", "branch_id", "enterprise_id", "since", "accepts_contact", "note")
OF_ACCOUNT = ("public_id", "genre", "followers_band")
LABELS = {
    "stage_name": "网名", "kind": "从业类型", "division_id": "县区乡镇", "branch_id": "所属支部",
    "enterprise": "签约机构/企业", "since": "从业起始年月", "accepts_contact": "是否愿意接受党员联系",
    "note": "备注", "sex": "性别",
}


class RegistryChanged(Exception):
    """Since the preview somebody of this workbook was registered or taken out: it has to be looked at again."""


def known_anchors(phone_indexes):
    """`{phone index: Anchor}` of those registered, with person, firm and accounts; four statements for 500 numbers.

    The number of an entry that was merged stands for the one that is kept, which may thus be found by two numbers.
    """
    found = {}
    for step in _steps(list(phone_indexes)):
        mine = Anchor.objects.filter(user__phone_index__in=step)
        found |= {index: kept or pk for index, kept, pk in mine.values_list("user__phone_index", "merged_into", "pk")}
    rows = {}
    for step in _steps(sorted(set(found.values()))):
        anchors = Anchor.objects.select_related("user", "enterprise").prefetch_related("accounts")
        rows |= anchors.in_bulk(step)
    return {index: rows[pk] for index, pk in found.items()}


def known_people(phone_indexes):
    """`{phone index: User}` of everybody with such a number, anchor or not; a statement for 500 numbers."""
    found = {}
    for step in _steps(list(phone_indexes)):
        found |= {user.phone_index: user for user in User.objects.filter(phone_index__in=step)}
    return found


def changes(person, anchor):
    """Names of the fields of a registered anchor that this person's rows would change, as labels."""
    values = _columns(person)
    found = [LABELS[name] for name in OF_ANCHOR if name in values and values[name] != _plain(getattr(anchor, name))]
    firm = person.values.get("enterprise")
    if firm and firm != (anchor.enterprise and anchor.enterprise.name):
        found.append(LABELS["enterprise"])
    if person.values.get("sex", anchor.user.sex) != anchor.user.sex:
        found.append(LABELS["sex"])
    accounts = {(account.platform, account.nickname): account for account in anchor.accounts.all()}
    for said in person.accounts:
        account = accounts.get((said["platform"], said["nickname"]))
        if account is None or differs(account, said):
            found.append(f"账号 {said['nickname']}")
    return list(dict.fromkeys(found))


class Writing:
    """Makes every row outside the transaction, for the lock is held no longer than the statements take.

    `new` is `[(uuid, Person)]`, `changed` and `same` are `[Person]`, `day` is what accounts are dated by.
    """

    def __init__(self, census_round, day, *, new, changed, same):
        self.round, self.day = census_round, day
        self.changed = changed
        self.registered = {person.phone_index for person in (*changed, *same)}
        firms = {firm.name: firm for firm in Enterprise.objects.all()}
        self.firms = firms | {name: Enterprise(name=name) for name in _named(new, changed) if name not in firms}
        self.users = {}
        self.anchors, self.accounts = [], []
        for uuid, person in new:
            self._add(uuid, person)
        self.declared = [self._declared(account) for account in self.accounts if account.followers_band]
        self.entries = [Entry(round=census_round, anchor=anchor) for anchor in self.anchors]

    def _add(self, uuid, person):
        user = User(username=f"zb{uuid.hex[:12]}", uuid=uuid, name=person.values["name"])
        user.sex = person.values.get("sex", user.sex)
        user.set_phone(person.phone)
        user.set_password(None)
        self.users[user.phone_index] = user
        columns = {"stage_name": person.accounts[0]["nickname"] if person.accounts else user.name} | _columns(person)
        anchor = Anchor(user=user, enterprise=self._firm(person), enrolled_on=self.day, **columns)
        anchor.words = anchor.words_of([account["nickname"] for account in person.accounts])
        self.anchors.append(anchor)
        self.accounts += [self._said(PlatformAccount(anchor=anchor), said) for said in person.accounts]

    def _firm(self, person):
        return self.firms.get(person.values.get("enterprise"))

    def _said(self, account, said):
        for name in ("platform", "nickname", *OF_ACCOUNT):
            setattr(account, name, said.get(name, getattr(account, name)))
        account.as_of = self.day
        return account

    def _declared(self, account):
        return Declaration(account=account, followers_band=account.followers_band, as_of=self.day)

    def run(self):
        """Write everything, inside the caller's transaction. Raises RegistryChanged, and IntegrityError likewise."""
        registered = known_anchors([*self.registered, *self.users])
        if set(registered) != self.registered:
            raise RegistryChanged
        self._meet(known_people(self.users))
        Enterprise.objects.bulk_create([firm for firm in self.firms.values() if firm.pk is None])
        User.objects.bulk_create([user for user in self.users.values() if user.pk is None])
        Anchor.objects.bulk_create(self.anchors)
        PlatformAccount.objects.bulk_create(self.accounts)
        Declaration.objects.bulk_create(self.declared)
        Entry.objects.bulk_create(self.entries)
        self._change([(registered[person.phone_index], person) for person in self.changed])
        stood = [Entry(round=self.round, anchor=anchor) for anchor in registered.values()]
        Entry.objects.bulk_create(stood, ignore_conflicts=True)

    def _meet(self, people):
        """Somebody may be known here already, as a Party member or a keeper, and now becomes an anchor as well."""
        for anchor in self.anchors if people else ():
            met = people.get(anchor.user.phone_index)
            if met is None:
                continue
            if met.name != anchor.user.name:
                raise RegistryChanged
            anchor.user = self.users[met.phone_index] = met

    def _change(self, pairs):
        """Two rows may say something of one anchor, by the numbers of two entries that were merged."""
        anchors, known, new, old = {}, {}, [], {}
        for anchor, person in pairs:
            anchors[anchor.pk] = anchor
            for name, value in _columns(person).items():
                setattr(anchor, name, value)
            anchor.enterprise = self._firm(person) or anchor.enterprise
            anchor.user.sex = person.values.get("sex", anchor.user.sex)
            accounts = known.setdefault(anchor.pk, {(one.platform, one.nickname): one for one in anchor.accounts.all()})
            for said in person.accounts:
                key = said["platform"], said["nickname"]
                if key not in accounts:
                    accounts[key] = self._said(PlatformAccount(anchor=anchor), said)
                    new.append(accounts[key])
                elif differs(accounts[key], said):
                    account = self._said(accounts[key], said)
                    old |= {account.pk: account} if account.pk else {}
            anchor.words = anchor.words_of({name for _, name in accounts})
        columns = [*(name.removesuffix("_id") for name in OF_ANCHOR), "words"]
        _replace(Anchor, list(anchors.values()), columns)
        _replace(User, [anchor.user for anchor in anchors.values()], ["sex"])
        PlatformAccount.objects.bulk_create(new)
        _replace(PlatformAccount, list(old.values()), [*OF_ACCOUNT, "as_of"])
        Declaration.objects.bulk_create(
            [self._declared(account) for account in (*new, *old.values()) if account.followers_band],
            update_conflicts=True, unique_fields=["account", "as_of"], update_fields=["followers_band"],
        )


def _named(new, changed):
    """The firms that the rows name, each once, in their order."""
    everybody = (*changed, *(person for _, person in new))
    return dict.fromkeys(person.values["enterprise"] for person in everybody if person.values.get("enterprise"))


def differs(account, said):
    return any(said.get(name, getattr(account, name)) != getattr(account, name) for name in OF_ACCOUNT)


def _replace(model, rows, columns):
    """Write these columns of rows that are there: one upsert by id, where bulk_update would say a CASE per cell."""
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=columns)


def _columns(person):
    """The columns of the anchor that this person's filled cells set, the firm excepted."""
    values = person.values
    plain = ("stage_name", "kind", "since", "accepts_contact", "note")
    found = {name: values[name] for name in plain if name in values}
    return found | {f"{name}_id": values[name] for name in ("division", "branch") if name in values}


def _plain(value):
    """Dates are staged as text."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _steps(rows):
    return (rows[place:place + STEP] for place in range(0, len(rows), STEP))
