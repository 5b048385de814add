"""Party groups: made, changed, dissolved. How many full members each should have is advice and stops nobody."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from branches.organisation.models import Branch
from members.models import Member, PartyGroup
from members.roster import policy
from members.roster.services import keep
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

TAKEN = "这个支部已经有一个叫这个名字的党小组。"


@transaction.atomic
def found(*, actor, branch, name):
    """Return a new PartyGroup without members. Raises PermissionDenied and ValidationError."""
    branch = Branch.objects.select_for_update().get(pk=branch.pk)
    if not policy.handles(actor, branch.pk):
        raise PermissionDenied
    name = _name(name)
    if branch.groups.standing().filter(name=name).exists():
        raise ValidationError({"name": TAKEN})
    group = PartyGroup.objects.create(branch=branch, name=name)
    keep(actor, group, ["founded"])
    return group


@transaction.atomic
def arrange(group, *, actor, name, members, leader=None, version=None):
    """Name, members (of the branch; who was in another group comes over) and leader (one of them or nobody).

    Returns the fresh PartyGroup. Raises PermissionDenied, Conflict (dissolved, or another `version` than was read) and
    ValidationError.
    """
    group = _taken(group, actor)
    if version is not None and version != group.version:
        raise Conflict("这个党小组刚刚有变化，没有保存。请看一下现在的情况再改。", group)
    name = _name(name)
    if group.branch.groups.standing().filter(name=name).exclude(pk=group.pk).exists():
        raise ValidationError({"name": TAKEN})
    people = Member.objects.in_branch().filter(branch=group.branch_id, pk__in=[row.pk for row in members])
    chosen = list(people.select_for_update().order_by("pk"))  # so that nobody moves away meanwhile
    if len(chosen) != len({row.pk for row in members}):
        raise ValidationError({"members": "有人不在这个支部，请重新勾选。"})
    if leader and leader not in chosen:
        raise ValidationError({"leader": "组长要在这个组里。"})
    elsewhere = PartyGroup.objects.standing().exclude(pk=group.pk).filter(leader__in=chosen).first()
    if elsewhere:
        raise ValidationError({"members": f"{elsewhere.leader.user.name}是{elsewhere.name}的组长，请先换组长。"})
    group.members.exclude(pk__in=[row.pk for row in chosen]).update(group=None)
    Member.objects.filter(pk__in=[row.pk for row in chosen]).update(group=group)
    group.name, group.leader, group.version = name, leader, group.version + 1
    group.save(update_fields=["name", "leader", "version"])
    keep(actor, group, ["arranged"])
    return group


@transaction.atomic
def dissolve(group, *, actor):
    """The group ends today and its members are in none. Raises PermissionDenied and Conflict."""
    group = _taken(group, actor)
    group.members.update(group=None)
    group.dissolved_on, group.leader = timezone.localdate(), None
    group.save(update_fields=["dissolved_on", "leader"])
    keep(actor, group, ["dissolved"])
    return group


def _taken(group, actor):
    group = PartyGroup.objects.select_for_update().get(pk=group.pk)
    if not policy.handles(actor, group.branch_id):
        raise PermissionDenied
    if group.dissolved_on:
        raise Conflict("这个党小组已经撤销了。", group)
    return group


def _name(name):
    return cleaned_text(name, "请填名称，如“第一党小组”。", field="name", limit=20)
