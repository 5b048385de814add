"""The fixed cast of the tests: small enough to know by heart. Nobody has a password."""

from datetime import date
from types import SimpleNamespace

from accounts.models import User
from anchors.registry.models import Anchor
from anchors.registry.services import refresh_words
from branches.organisation.models import Branch, Committee, Partner, Post, Role
from members.models import Member
from xinyu_portal import reference

SINCE = date(2024, 8, 1)


def build():
    """Load the code lists, raise the organisation, return the cast: users, and the units they serve."""
    reference.load()
    city = SimpleNamespace()
    city.committee = Committee.objects.create(name="新余市网络直播行业党委")
    city.branch = _branch(city, "仙女湖区万商红直播行业党支部", "万商红", is_demo=False)
    city.other_branch = _branch(city, "渝水区演示第一党支部", "演示第一", is_demo=True)
    city.partner = Partner.objects.create(name="市快递行业协会", kind="协会")
    _officers(city)
    _anchors(city)
    city.stranger = _person("stranger", "路人甲")
    city.admin = User.objects.create_superuser("admin", name="系统管理员")
    return city


def _officers(city):
    city.chief = _officer("chief", "顾明溪", Role.SECRETARY, committee=city.committee)
    city.staff = _officer("staff", "陆知行", Role.STAFF, committee=city.committee)
    city.auditor = _officer("auditor", "简朵朵", Role.AUDITOR, committee=city.committee)
    city.secretary = _officer("secretary", "程远山", Role.SECRETARY, branch=city.branch)
    city.officer = _officer("officer", "陆南枝", Role.ORGANISATION, branch=city.branch)
    city.other_secretary = _officer("other_secretary", "江一舟", Role.SECRETARY, branch=city.other_branch)
    city.clerk = _officer("clerk", "敖一帆", Role.CLERK, partner=city.partner)
    city.member = _person("member", "周映红", phone="13807900001")
    for user in (city.secretary, city.officer, city.member):
        Member.objects.create(user=user, branch=city.branch, joined_on=date(2015, 7, 1))
    Member.objects.create(user=city.other_secretary, branch=city.other_branch, joined_on=date(2016, 7, 1))


def _anchors(city):
    city.anchor = _person("anchor", "林小禾", phone="13807900002")
    city.other_anchor = _person("other_anchor", "宋阿果")
    city.free_anchor = _person("free_anchor", "何晚晴")
    _anchor(city.anchor, "小禾说鞋", branch=city.branch, contact=city.member)
    _anchor(city.other_anchor, "阿果果园", branch=city.other_branch)
    _anchor(city.free_anchor, "晚晴慢直播")


def _branch(city, name, short_name, *, is_demo):
    return Branch.objects.create(
        committee=city.committee, name=name, short_name=short_name, established_on=SINCE, is_demo=is_demo
    )


def _person(username, name, phone=None):
    return User.objects.create_user(username, name=name, phone=phone)


def _officer(username, name, role, **seat):
    user = _person(username, name)
    Post.objects.create(user=user, role=role, since=SINCE, **seat)
    return user


def _anchor(user, stage_name, **links):
    anchor = Anchor.objects.create(user=user, stage_name=stage_name, enrolled_on=SINCE, **links)
    refresh_words(Anchor.objects.filter(pk=anchor.pk))
    return anchor
