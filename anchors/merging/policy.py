"""Who may join two entries of the registry, and which two."""

from django.utils import timezone

from anchors.registry.models import Anchor
from branches.organisation.models import Post
from branches.organisation.policy import hats
from members.models import Activist, Member

SAME = "请选两条不同的登记。"
MERGED = "其中一条已经并入别的登记了，请看一下现在的情况。"
HAS_OTHERS = "并入的这一条里已经并进过别的登记。请保留这一条，把另一条并进来。"
HAS_OFFICE = "并入的这一条有职务、党员或积极分子身份，或者是别人的联系党员，不能停用登录。请保留这一条。"
NOT_IN_USE = "其中一条还没有核实，或者本人撤回了同意，不能合并。"
DEMO = "演示的登记和真实的登记不能合并。"
SAY_WHY = "两条都有人在登录，请写一句怎么确认是同一个人。"
SAY_WHY_NAMES = "两条的姓名不一样，请写一句怎么确认是同一个人。"
TWO_LOGINS = "两条都有人在登录，只有行业党委能合并。请与行业党委说一声。"


def may_merge(user):
    worn = hats(user)
    return worn.handles_for_committee or bool(worn.handles_for_branches)


def may_merge_these(user, one, two):
    """The committee's staff any two; the officers of a branch two that are both theirs."""
    worn = hats(user)
    both = one.branch_id == two.branch_id and one.branch_id in worn.handles_for_branches
    return worn.handles_for_committee or both


def both_log_in(one, two):
    return all(anchor.user.is_active and anchor.user.has_usable_password() for anchor in (one, two))


def names_differ(one, two):
    return one.user.name.strip() != two.user.name.strip()


def needs_reason(one, two):
    """Return the Chinese sentence why the merge of these two needs a reason, or None when it needs none."""
    if both_log_in(one, two):
        return SAY_WHY
    return SAY_WHY_NAMES if names_differ(one, two) else None


def refusal(user, kept, gone):
    """Return the Chinese sentence why `gone` cannot be merged into `kept` now, or None when it can."""
    if kept.pk == gone.pk:
        return SAME
    if kept.merged_into_id or gone.merged_into_id:
        return MERGED
    if Anchor.objects.in_use().filter(pk__in=[kept.pk, gone.pk]).count() < 2:
        return NOT_IN_USE
    if gone.merged.exists():
        return HAS_OTHERS
    if kept.is_demo != gone.is_demo:
        return DEMO
    if _has_office(gone.user):
        return HAS_OFFICE
    if both_log_in(kept, gone) and not hats(user).handles_for_committee:
        return TWO_LOGINS
    return None


def _has_office(user):
    """Whoever loses the login must not lose an office by it, nor others their contact."""
    today = timezone.localdate()
    return (
        user.is_superuser
        or Post.objects.filter(user=user).exclude(until__lt=today).exists()
        or Member.objects.filter(user=user, left_on=None).exists()
        or Activist.objects.filter(user=user, until=None).exists()
        or user.linked_anchors.exists()
    )
