"""Who is in the demo city. The lists are worked out, so that a plan can name an anchor without asking a table."""

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from django.conf import settings

from accounts.models import User
from anchors.registry.models import Anchor, PlatformAccount
from anchors.registry.services import refresh_words
from branches.organisation.models import Branch, Committee, Division, Enterprise, Partner, Post, Role
from branches.stations.models import Station
from members.models import Activist, Member
from xinyu_portal.demo.stories import names

COMMITTEE = "新余市网络直播行业党委"
FOUNDED = date(2024, 8, 28)
IN_OFFICE = date(2024, 10, 10)
BRANCHES = (  # name, short name, form, division, is_demo
    ("仙女湖区万商红直播行业党支部", "万商红", Branch.Form.INDUSTRY, "360502170", False),
    ("分宜县自媒体网协党支部", "分宜自媒体", Branch.Form.INDUSTRY, "360521002", False),
    ("演示第三支部", "演示第三", Branch.Form.JOINT, "360502005", True),
    ("演示第四支部", "演示第四", Branch.Form.JOINT, "360502002", True),
    ("演示第五支部", "演示第五", Branch.Form.REGIONAL, "360502190", True),
    ("演示第六支部", "演示第六", Branch.Form.INDEPENDENT, "360502004", True),
)
OFFICES = (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE)
MEMBERS = (14, 12, 10, 10, 10, 10)  # per branch, the five officers first, one probationary last
ANCHORS = (70, 50, 35, 35, 30, 30)  # per branch; the rest of ANCHORS_IN_ALL belongs to none
ANCHORS_IN_ALL, ACTIVISTS = 300, 17
LINKED = 5  # anchors per contact
LINKED_TO_MEMBER1 = 9
STATION_KINDS = {kind.label: kind for kind in Station.Kind}
STATION_STATES = {state.label: state for state in Station.Status}
DOWNTOWN = tuple(f"360502{tail}" for tail in ("001", "002", "003", "004", "005", "170", "180", "190"))
FENYI = ("360521001", "360521002", "360521100", "360521101", "360521103", "360521105")
PHONES_FROM = 19900000001  # nobody's: the range is not given out

# Login -> name, and what the table of logins says of the office.
LOGINS = {
    "anchor1": ("林小禾", "网络主播"),
    "member1": ("周映红", "联系党员"),
    "secretary1": ("程远山", "支部书记"),
    "staff1": ("傅砚秋", "党委工作人员"),
    "chief1": ("顾明溪", "党委书记"),
    "partner1": ("敖一帆", "市快递行业协会联络员"),
    "auditor1": ("简朵朵", "审计"),
    "admin1": ("晏泽楷", "系统管理员"),
}


@dataclass(frozen=True)
class AnchorSpec:
    """`branch` and `contact` are positions: of the branch, and of the member within it; None where there is none."""

    username: str
    branch: int | None
    contact: int | None


def member_username(branch, place):
    return {(0, 0): "secretary1", (0, 5): "member1"}.get((branch, place)) or f"demo-m{branch + 1}{place:02}"


@cache
def anchors():
    """All anchors, anchor1 first; each branch's linked ones before those without a contact."""
    found = []
    for branch, count in enumerate(ANCHORS):
        links = [place for place in range(5, MEMBERS[branch] - 1) for _ in range(_linked(branch, place))]
        found += [(branch, links[n] if n < len(links) else None) for n in range(count)]
    found += [(None, None)] * (ANCHORS_IN_ALL - len(found))
    return tuple(AnchorSpec(f"demo-a{n:03}" if n > 1 else "anchor1", *spec) for n, spec in enumerate(found, start=1))


def _linked(branch, place):
    return LINKED_TO_MEMBER1 if member_username(branch, place) == "member1" else LINKED


class Builder:
    """Writes organisation and people, each kind of row in one `bulk_create`. `today` is the day of the load."""

    def __init__(self, today):
        self.today, self.dice = today, random.Random("people of the demo city")
        taken = {name for name, _ in LOGINS.values()}
        free = [name for name in names()["people"] if name not in taken]
        self.dice.shuffle(free)
        self.free = iter(free)
        self.users, self.posts = {}, []
        self.phone = PHONES_FROM

    def build(self):
        self.committee = Committee.objects.create(name=COMMITTEE, is_demo=True)
        self.branches = Branch.objects.bulk_create(
            Branch(
                committee=self.committee, name=name, short_name=short, form=form, division_id=division,
                established_on=FOUNDED + timedelta(days=7 * place), is_demo=is_demo,
            )
            for place, (name, short, form, division, is_demo) in enumerate(BRANCHES)
        )
        self.partners = Partner.objects.bulk_create(
            Partner(**partner, is_demo=partner["name"] != "市快递行业协会") for partner in names()["partners"]
        )
        self.enterprises = Enterprise.objects.bulk_create(
            Enterprise(name=name, branch=self.branches[n % len(BRANCHES)], is_demo=True)
            for n, name in enumerate(names()["enterprises"])
        )
        self.stations = self._stations()
        self._persons()
        User.objects.bulk_create(self.users.values())
        self._members()
        self._anchors()
        self._posts()

    def _persons(self):
        for username in LOGINS:
            self._person(username)
        for place in range(3):
            self._person(f"demo-c{place + 1}")
        for place in range(1, len(self.partners)):
            self._person(f"demo-p{place + 1:02}")
        for place in range(2):
            self._person(f"demo-k{place + 1}")
        for branch, count in enumerate(MEMBERS):
            for place in range(count):
                self._person(member_username(branch, place))
        for spec in anchors():
            self._person(spec.username)

    def _person(self, username):
        if username in self.users:
            return
        name = LOGINS[username][0] if username in LOGINS else next(self.free)
        user = User(username=username, name=name, is_superuser=username == "admin1")
        user.set_unusable_password()
        user.set_phone(str(self.phone))
        self.phone += 1
        self.users[username] = user

    def _members(self):
        rows = []
        for branch, count in enumerate(MEMBERS):
            for place in range(count):
                last = place == count - 1
                rows.append(Member(
                    user=self.users[member_username(branch, place)], branch=self.branches[branch],
                    standing=Member.Standing.PROBATIONARY if last else Member.Standing.FULL,
                    joined_on=self._day_ago(60, 330) if last else self._day_ago(900, 9000),
                ))
        Member.objects.bulk_create(rows)

    def _anchors(self):
        stage_names = [name for name in names()["stage_names"] if name != "小禾的鞋铺"]
        self.dice.shuffle(stage_names)
        rows = [self._anchor(spec, name) for spec, name in zip(anchors(), ["小禾的鞋铺", *stage_names], strict=False)]
        Anchor.objects.bulk_create(rows)
        PlatformAccount.objects.bulk_create(account for row in rows for account in self._accounts(row))
        refresh_words(Anchor.objects.all())
        # Every activist is an anchor with a branch, and none of the eight logins.
        chosen = [row for row in rows[1:] if row.branch_id][::14][:ACTIVISTS]
        Activist.objects.bulk_create(
            Activist(user=row.user, branch=row.branch, since=self._day_ago(120, 700)) for row in chosen
        )

    def _anchor(self, spec, stage_name):
        branch = None if spec.branch is None else self.branches[spec.branch]
        kind = self.dice.choices(list(Anchor.Kind), weights=(50, 26, 16, 6, 2))[0]
        firms = [firm for firm in self.enterprises if branch and firm.branch_id == branch.pk]
        contact = None if spec.contact is None else self.users[member_username(spec.branch, spec.contact)]
        return Anchor(
            user=self.users[spec.username], stage_name=stage_name, kind=kind, branch=branch, contact=contact,
            division_id=self.dice.choice(FENYI if spec.branch == 1 else DOWNTOWN),
            enterprise=self.dice.choice(firms) if firms and kind == Anchor.Kind.SIGNED else None,
            enrolled_on=self._day_ago(100, 640), is_demo=True,
        )

    def _accounts(self, anchor):
        platforms = self.dice.sample(list(PlatformAccount.Platform)[:7], k=self.dice.choice((1, 1, 2, 2, 3)))
        bands = list(PlatformAccount.Band)
        return [
            PlatformAccount(
                anchor=anchor, platform=platform, nickname=anchor.stage_name, as_of=anchor.enrolled_on,
                followers_band=self.dice.choices(bands, weights=(12, 38, 36, 12, 2, 0))[0],
            )
            for platform in platforms
        ]

    def _stations(self):
        with open(settings.BASE_DIR / "branches/data/stations.json", encoding="utf-8") as file:
            rows = json.load(file)
        known = set(Division.objects.values_list("code", flat=True))
        for row in rows:
            row |= {
                "kind": STATION_KINDS[row["kind"]], "status": STATION_STATES[row["status"]],
                "branch": self._branch_at(row["division"]), "is_demo": True,
            }
            row["division_id"] = row.pop("division")
            if row["division_id"] not in known:
                raise ValueError(f"no such division: {row['division_id']}")
        return Station.objects.bulk_create(Station(**row) for row in rows)

    def _branch_at(self, division):
        """The branch that looks after a place; towns far from every branch have none."""
        if division.startswith("360521"):
            return self.branches[1]
        return next((row for row in self.branches if row.division_id == division), None)

    def _posts(self):
        for branch in range(len(BRANCHES)):
            for place, role in enumerate(OFFICES):
                self._post(member_username(branch, place), role, branch=self.branches[branch])
        seats = {
            "chief1": Role.SECRETARY, "demo-c1": Role.DEPUTY, "staff1": Role.STAFF, "demo-c2": Role.STAFF,
            "demo-c3": Role.STAFF, "auditor1": Role.AUDITOR,
        }
        for username, role in seats.items():
            self._post(username, role, committee=self.committee)
        for place, partner in enumerate(self.partners):
            self._post(f"demo-p{place + 1:02}" if place else "partner1", Role.CLERK, partner=partner)
        self._post("demo-k1", Role.KEEPER, station=self.stations[0])
        self._post("demo-k2", Role.KEEPER, station=self.stations[1])
        Post.objects.bulk_create(self.posts)

    def _post(self, username, role, **seat):
        self.posts.append(Post(user=self.users[username], role=role, since=IN_OFFICE, **seat))

    def _day_ago(self, least, most):
        return self.today - timedelta(days=self.dice.randint(least, most))
