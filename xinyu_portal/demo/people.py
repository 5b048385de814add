"""Who is in the demo city before its anchors come: organisation, members, offices, stations, partners."""

import json
import random
from datetime import date, timedelta

from django.conf import settings

from accounts.models import User
from branches.organisation.models import Branch, Committee, Division, Enterprise, Partner, Post, Role
from branches.organisation.terms import months_later
from branches.stations.models import Station
from members.dues.months import month_of
from members.models import Dues, Member
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
COVERS = (  # the townships near each branch; those far from all of them stand nowhere
    ("360502170", "360502180", "360502181", "360502271"),
    ("360521001", "360521002", "360521100", "360521102", "360521103", "360521104", "360521105"),
    ("360502005", "360502001"),
    ("360502002", "360502003"),
    ("360502190", "360502103", "360502105", "360502202"),
    ("360502004",),
)
PARKS = (  # name as the census writes it, branch that looks after it, division where it is known
    ("仙女湖区万商红产业新城", 0, "360502170"),
    ("天坤数字产业园", 2, "360502005"),
    ("电商孵化园", 3, None),
    ("京东（新余）产业园", 5, None),
)
OFFICES = (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE)
MEMBERS = (20, 18, 14, 12, 12, 12)  # per branch, the five officers first, one probationary last
CONTACTS = tuple(range(len(OFFICES), count - 1) for count in MEMBERS)  # places of those who look after anchors
DUES = ("15.00", "32.50", "48.00", "75.02", "105.00")  # yuan a month
BEHIND = {7: 1, 9: 3, 11: 6}  # place of the member -> months
STATION_KINDS = {kind.label: kind for kind in Station.Kind}
STATION_STATES = {state.label: state for state in Station.Status}
PHONES_AFTER = 19900000000  # nobody's: the range is not given out

ANCHOR = "anchor1"  # the one login who is registered as an anchor (`players`)

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


def member_username(branch, place):
    return {(0, 0): "secretary1", (0, 5): "member1"}.get((branch, place)) or f"demo-m{branch + 1}{place:02}"


class Builder:
    """Writes organisation and people, each kind of row in one `bulk_create`. `today` is the day of the load."""

    def __init__(self, today):
        self.today, self.dice = today, random.Random("people of the demo city")
        taken = {name for name, _ in LOGINS.values()}
        free = [name for name in names()["people"] if name not in taken]
        self.dice.shuffle(free)
        self.free = iter(free)
        self.users, self.posts = {}, []
        self.phone = PHONES_AFTER

    def build(self):
        self.committee = Committee.objects.create(name=COMMITTEE, is_demo=True)
        self.branches = Branch.objects.bulk_create(
            Branch(
                committee=self.committee, name=name, short_name=short, form=form, division_id=division,
                established_on=FOUNDED + timedelta(days=7 * place), is_demo=is_demo,
                elected_on=FOUNDED + timedelta(days=7 * place) if is_demo else None,  # of the real ones nobody said
            )
            for place, (name, short, form, division, is_demo) in enumerate(BRANCHES)
        )
        self.partners = Partner.objects.bulk_create(
            Partner(**partner, is_demo=partner["name"] != "市快递行业协会") for partner in names()["partners"]
        )
        self._neighbourhoods()
        self.stations = self._stations()
        self._persons()
        User.objects.bulk_create(self.users.values())
        self._members()
        self._posts()

    def _neighbourhoods(self):
        """What each branch looks after: townships, parks and firms."""
        Branch.covers.through.objects.bulk_create(
            Branch.covers.through(branch=branch, division_id=code)
            for branch, codes in zip(self.branches, COVERS, strict=True) for code in codes
        )
        parks = [
            Enterprise(
                name=name, kind=Enterprise.Kind.PARK, branch=self.branches[place], division_id=code, is_demo=True
            )
            for name, place, code in PARKS
        ]
        firms = [
            Enterprise(name=name, branch=self.branches[n % len(BRANCHES)], is_demo=True)
            for n, name in enumerate(names()["enterprises"])
        ]
        Enterprise.objects.bulk_create(parks + firms)

    def _persons(self):
        for username in LOGINS:
            if username != ANCHOR:
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

    def stranger(self):
        """`(name, phone)` of somebody who is nobody else."""
        self.phone += 1
        return next(self.free), str(self.phone)

    def _person(self, username):
        if username in self.users:
            return
        name, phone = self.stranger()
        user = User(username=username, is_superuser=username == "admin1")
        user.set_name(LOGINS.get(username, (name,))[0])
        user.set_unusable_password()
        user.set_phone(phone)
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
        self._dues(Member.objects.bulk_create(rows))

    def _dues(self, members):
        """Most are paid through last month, a few of every branch are behind, the newest has nothing recorded yet."""
        last = months_later(month_of(self.today), -1)
        Dues.objects.bulk_create(
            Dues(
                member=member, amount=DUES[place % len(DUES)], approved_for_year=self.today.year,
                paid_through=months_later(last, -BEHIND.get(place % 12, 0)),
            )
            for place, member in enumerate(members) if member.standing == Member.Standing.FULL
        )

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
        return next((row for row, codes in zip(self.branches, COVERS, strict=True) if division in codes), None)

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
