"""What the rosters of the demo city hold beside name and category: a few groups, letters and registrations."""

import random
from datetime import timedelta

from accounts.models import User
from branches.organisation.terms import months_later
from members.groups import services as groups
from members.models import Activist, Member, Profile
from members.roster import lasting
from members.roster import services as roster
from members.roster.codes import Degree, Education, Employment
from members.transfers import services as transfers
from xinyu_portal.demo.people import member_username
from xinyu_portal.words import cut, initials

NUMBER = "360502190001010019"  # nobody's: a synthetic one of domain.md §8
PLACES = ("江西新余", "江西分宜", "江西宜春", "江西吉安", "湖南株洲")
JOBS = ("直播间 运营", "仓储部 主管", "客服部 组长", "短视频 编导", "选品 专员")
EDUCATION = (Education.COLLEGE, Education.BACHELOR, Education.HIGH, Education.BACHELOR, Education.MASTER)


def fill(builder):
    """Profiles of all, and one row of each kind that hangs on a roster, by its services."""
    dice = random.Random("rosters of the demo city")
    people = list(Member.objects.select_related("user", "branch").order_by("pk"))
    _profiles(people, dice)
    _activists()
    secretary, other = builder.users["secretary1"], builder.users[member_username(1, 0)]
    own, theirs = (_of(people, branch) for branch in builder.branches[:2])
    long_ago = months_later(builder.today, -8)
    roster.correct(own[5], actor=secretary, id_number=NUMBER)
    for name, part in (("第一党小组", own[:7]), ("第二党小组", own[7:14])):
        group = groups.found(actor=secretary, branch=own[0].branch, name=name)
        groups.arrange(group, actor=secretary, name=name, members=part, leader=part[1])
    lasting.float_out(
        own[-2], actor=secretary, place="广东深圳", reason="跟着公司去做直播", since=long_ago, contact=own[2].user.name,
        wishes_transfer=None,
    )
    lasting.float_in(
        actor=secretary, branch=own[0].branch, name=builder.stranger()[0], home="演示县演示村党支部",
        place="万商红产业新城", reason="来做带货主播", since=months_later(builder.today, -3), wishes_transfer=True,
    )
    lasting.participate(theirs[-3], actor=other, branch=own[0].branch, since=months_later(builder.today, -4))
    week = builder.today - timedelta(days=6)
    transfers.start(theirs[-2], actor=other, letter_on=week, to_branch=own[0].branch)
    transfers.start(own[-3], actor=secretary, letter_on=week, to_name="演示市演示街道党工委")


def _of(people, branch):
    return [member for member in people if member.branch_id == branch.pk]


def _profiles(people, dice):
    Profile.objects.bulk_create(
        Profile(
            user=member.user, ethnicity="01" if place % 12 else "22", native_place=PLACES[place % len(PLACES)],
            education=EDUCATION[place % len(EDUCATION)], job=JOBS[place % len(JOBS)],
            degree=Degree.BACHELOR if EDUCATION[place % len(EDUCATION)] == Education.BACHELOR else "",
            employment=Employment.values[place % len(Employment.values)],
            work_since=months_later(member.joined_on.replace(day=1), -dice.randint(6, 60)),
        )
        for place, member in enumerate(people)
    )
    for member in people:
        member.user.birth_month = months_later(member.joined_on.replace(day=1), -12 * dice.randint(19, 28))
        member.user.sex = dice.choice("12")
        member.relation_on = max(member.joined_on, member.branch.established_on)
        if member.standing == Member.Standing.FULL:
            member.regularised_on = months_later(member.joined_on, 12)
    User.objects.bulk_update([member.user for member in people], ["birth_month", "sex"])
    Member.objects.bulk_update(people, ["relation_on", "regularised_on"])


def _activists():
    """They came in with the census, without what a roster finds a name by; they applied half a year before."""
    found = list(Activist.objects.select_related("user"))
    for activist in found:
        activist.applied_on = months_later(activist.since, -6)
        activist.user.words = cut(activist.user.name, *initials(activist.user.name))
    User.objects.bulk_update([activist.user for activist in found], ["words"])
    Activist.objects.bulk_update(found, ["applied_on"])
