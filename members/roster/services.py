"""What happens to the members of a roster; who is on it for a time is in lasting.py.

Days are Shanghai days; `fields` are of PERSON, PROFILE and MEMBER, as the rows call them. All raise PermissionDenied
and ValidationError; errors.Conflict where the row has gone on meanwhile.
"""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from branches.organisation.models import BRANCH_HANDLERS, Branch, Post
from branches.organisation.policy import hats, offices
from branches.organisation.terms import months_later
from branches.rules.services import rules_on
from members.models import Floating, Member, Profile, Transfer
from members.roster import policy
from members.roster.people import person_of, write_numbers
from notices.services import send
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

PERSON = ("sex", "birth_month")
PROFILE = ("ethnicity", "native_place", "education", "degree", "work_since", "job", "employment")
MEMBER = ("standing", "joined_on", "regularised_on", "relation_on", "enterprise", "remark")
NO_RELATIONS = "{form}不接收组织关系：党员的组织关系留在原来的支部，这里只登记参加活动。"
LISTED = "这个人已经在党员名册上了。"
TWINS = "这个支部已经登记了同名、同一天的人。真是两个人的，请给两位都填上身份证号或手机。"
STALE = "这一条登记刚刚有变化，没有保存。请看一下现在的情况再改。"
OLDEST = date(1900, 1, 1)  # an earlier day is a slip of the keys


@transaction.atomic
def add(*, actor, branch, name, phone=None, id_number=None, from_name="", at=None, **fields):
    """Enter a member whose formal relation is with `branch`. Returns the Member.

    `from_name`: the organisation outside the portal that the relation came from, kept as a Transfer that is done.
    """
    today, branch = timezone.localdate(at), taken_branch(branch, actor)
    refuse_relation(branch)
    twins = Member.objects.in_branch(today).filter(joined_on=fields.get("joined_on"))
    refuse_twice(twins, branch, name, phone, id_number)
    person = person_of(name, phone=phone, id_number=id_number)
    member = Member.objects.select_for_update().filter(user=person).first() or Member(user=person)
    if member.pk and (member.left_on is None or member.left_on > today):
        raise ValidationError({"name": LISTED})
    member.branch, member.group, member.left_on = branch, None, None
    arrived = fields.get("relation_on") or (today if from_name.strip() else None)
    write(member, {**fields, "relation_on": arrived}, today)
    _end_what_was_before(member, today)
    if from_name.strip():
        Transfer.objects.create(
            member=member, from_name=from_name.strip(), to_branch=branch, letter_on=arrived, ended_on=arrived,
            state=Transfer.State.DONE, started_by=actor, ended_by=actor,
        )
    keep(actor, member, ["added"])
    return member


@transaction.atomic
def correct(member, *, actor, version=None, name=None, phone=None, id_number=None, at=None, **fields):
    """Write what is given; a phone only where none is registered, a name by the committee alone.

    Returns the fresh Member. `version`: the one that was read; Conflict where the row has gone on since.
    """
    member = taken(member, actor)
    if version is not None and version != member.version:
        raise Conflict(STALE, member)
    member.user, changed = correct_person(member.user_id, actor, name=name, phone=phone, id_number=id_number)
    changed = write(member, fields, timezone.localdate(at)) + changed
    if changed:
        keep(actor, member, changed)
    return member


def correct_person(pk, actor, *, name=None, phone=None, id_number=None):
    """Name and numbers of somebody on the roster. Returns (the locked person, the names of what changed)."""
    person = User.objects.select_for_update().get(pk=pk)
    before, named = (person.id_number_index, person.phone_index), person.name
    if name is not None and name.strip() != named:
        if not hats(actor).handles_for_committee:
            raise PermissionDenied
        person.set_name(cleaned_text(name, "请填姓名。", field="name", limit=40))
    _refuse_others(person, phone, id_number)
    write_numbers(person, phone=phone, id_number=id_number)
    person.save()
    changed = ["numbers"] if before != (person.id_number_index, person.phone_index) else []
    return person, changed + (["name"] if person.name != named else [])


def taken_branch(branch, actor):
    """The bare row, locked, so that who is sent twice at once is one person. Raises PermissionDenied."""
    branch = Branch.objects.select_for_update().get(pk=branch.pk)
    if not policy.handles(actor, branch.pk):
        raise PermissionDenied
    return branch


def taken(member, actor):
    """The bare row, locked and read afresh. Raises PermissionDenied, and Conflict for who has left."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if not policy.handles(actor, member.branch_id):
        raise PermissionDenied
    if member.left_on and member.left_on <= timezone.localdate():
        raise Conflict("这名党员已经转出，不能再改。", member)
    return member


def refuse_relation(branch, field="branch"):
    """Formal relations are with branches that may have them: the one place that says so (domain.md §4)."""
    if not branch.holds_relations:
        raise ValidationError({field: NO_RELATIONS.format(form=branch.get_form_display())})


def write(member, fields, today):
    """Write fields of MEMBER, PROFILE and PERSON of one whose `user` is locked; return the names of what changed."""
    unknown = set(fields) - {*PERSON, *PROFILE, *MEMBER}
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "没有这一项。"))
    own = {name: fields[name] for name in MEMBER if name in fields}
    changed = [name for name, value in own.items() if getattr(member, name) != value]
    for name, value in own.items():
        setattr(member, name, value)
    _judge(member, today)
    member.full_clean(exclude=["user", "branch", "group", "enterprise"], validate_unique=False)
    changed += write_person(member.user, fields, today)
    _refuse_too_young(member)
    if changed and member.pk:
        member.version += 1
    member.save()
    return changed


def keep(actor, row, changed):
    """Who changed which fields of whose row; never what stands in them."""
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=offices(actor), subject_type=row._meta.label_lower,
        subject_id=str(row.pk), facts={"fields": sorted(changed)},
    )


def _judge(member, today):
    for name in ("joined_on", "regularised_on", "relation_on"):
        if getattr(member, name):
            refuse_odd_day(getattr(member, name), today, name)
    if member.standing == Member.Standing.PROBATIONARY and member.regularised_on:
        raise ValidationError({"regularised_on": "预备党员还没有转正，请把这一天空着，或者改党员类别。"})
    if member.regularised_on and member.regularised_on < member.joined_on:
        raise ValidationError({"regularised_on": "转正不能早于入党。"})
    if member.relation_on and member.relation_on < member.joined_on:
        raise ValidationError({"relation_on": "组织关系转入不能早于入党。"})


def _refuse_too_young(member):
    """Nobody joins before they apply, and who applies is of age (domain.md §2.2 DEV-AGE)."""
    born = member.user.birth_month
    if not born:
        return
    if member.joined_on < born:
        raise ValidationError({"joined_on": "入党不能早于出生，请核对两个日期。"})
    age = int(rules_on().number("JOIN_AGE"))
    if member.joined_on < months_later(born, 12 * age):
        raise ValidationError({"joined_on": f"入党要年满 {age} 岁，这一天还不满，请和出生年月核对。"})


def refuse_odd_day(day, today, field):
    if day > today:
        raise ValidationError({field: "这一天还没有到。"})
    if day < OLDEST:
        raise ValidationError({field: f"这一天太早了，请从 {OLDEST.year} 年以后填起。"})


def write_person(person, fields, today):
    """Sex and birth month of the person, and the profile. What an ID number says is not overwritten."""
    for name in ("birth_month", "work_since"):
        if fields.get(name):
            refuse_odd_day(fields[name], today, name)
    own = {name: fields[name] for name in PERSON if name in fields and not person.id_number_index}
    changed = [name for name, value in own.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, own[name])
    if changed:
        person.save(update_fields=changed)
    asked = {name: fields[name] for name in PROFILE if name in fields}
    profile = Profile.objects.filter(user=person).first() or Profile(user=person)
    different = [name for name, value in asked.items() if getattr(profile, name) != value]
    work_since = asked.get("work_since", profile.work_since)
    if work_since and person.birth_month and work_since < person.birth_month:
        raise ValidationError({"work_since": "参加工作不能早于出生，请核对两个日期。"})
    if different:
        for name in different:
            setattr(profile, name, asked[name])
        profile.full_clean(exclude=["user"], validate_unique=False)
        profile.save()
    return changed + different


def refuse_twice(rows, branch, name, phone=None, id_number=None):
    """Of one branch, name and day it is one person, sent twice, unless a number of both says otherwise."""
    people = User.objects.filter(pk__in=rows.filter(branch=branch, user__name=name.strip()).values("user"))
    if phone:
        people = people.filter(Q(phone_index=None) | Q(pk__in=User.objects.with_phone(phone).values("pk")))
    if id_number:
        people = people.filter(Q(id_number_index=None) | Q(pk__in=User.objects.with_id_number(id_number).values("pk")))
    if people.exists():
        raise ValidationError({"name": TWINS})


def _end_what_was_before(member, today):
    """Who has become a member is activist and 流入 no longer; a branch that had named them elsewhere hears of it."""
    for activist in member.user.activists.filter(until=None, since__lte=member.joined_on).select_related("branch"):
        activist.until, activist.version = member.joined_on, activist.version + 1
        activist.save(update_fields=["until", "version"])
        if activist.branch_id != member.branch_id:
            there = Post.objects.current(today).filter(branch=activist.branch, role__in=BRANCH_HANDLERS)
            send(
                set(there.values_list("user", flat=True)), key=f"activist-ended:{activist.pk}",
                title=f"{member.user.name}已经登记为党员", text="入党积极分子的登记跟着结束，请核对。",
                url=f"{reverse('members:list')}?show=activist",
            )
    day = member.relation_on or today
    for row in member.user.floatings.filter(direction=Floating.Direction.IN, until=None):
        row.until, row.version = max(row.since, day), row.version + 1
        row.save(update_fields=["until", "version"])


def _refuse_others(person, phone, id_number):
    """Numbers of somebody else."""
    if phone and person.phone_index:
        raise ValidationError({"phone": "已经登记过手机号，要改请本人来核实。"})
    if phone and User.objects.with_phone(phone).exclude(pk=person.pk).exists():
        raise ValidationError({"phone": "这个手机号登记给了别人。"})
    if id_number and User.objects.with_id_number(id_number).exclude(pk=person.pk).exists():
        raise ValidationError({"id_number": "这个身份证号登记给了别人。"})
