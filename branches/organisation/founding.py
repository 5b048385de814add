"""A branch is founded, corrected and, entered by mistake, withdrawn, by the committee's handlers.

What it does afterwards belongs to other rooms.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.deletion import Collector, ProtectedError
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation.models import Branch, Committee
from branches.organisation.policy import hats, offices
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_reason, cleaned_text

OLDEST = 1990  # an earlier year is a slip of the keys
IN_USE = "这个支部已经有党员、任职、报表或者别的记录，不能撤回登记。"

FIELDS = ("name", "short_name", "form", "division_id", "established_on")
NAME_LIMIT = Branch._meta.get_field("name").max_length
SHORT_LIMIT = Branch._meta.get_field("short_name").max_length


@transaction.atomic
def found(*, actor, covers=(), **fields):
    """Enter a branch of the actor's committee; `fields` are FIELDS, `covers` the codes of divisions it looks after.

    Returns the Branch. Raises PermissionDenied and ValidationError.
    """
    committee = _committee(actor)
    branch = Branch(committee=committee)
    return _written(branch, actor, fields, covers, "founded")


@transaction.atomic
def correct(branch, *, actor, covers=(), **fields):
    """Write FIELDS and what it covers. Returns the fresh Branch. Raises as `found`."""
    _committee(actor)
    branch = Branch.objects.select_for_update().get(pk=branch.pk)
    return _written(branch, actor, fields, covers, "corrected")


@transaction.atomic
def withdraw(branch, *, actor, reason):
    """Take back a branch that was entered by mistake and that nothing hangs on yet; why is on record.

    Raises PermissionDenied, Conflict and ValidationError.
    """
    _committee(actor)
    branch = Branch.objects.select_for_update().get(pk=branch.pk)
    reason = cleaned_reason(reason, "请写清为什么撤回，2 到 200 字。")
    if is_in_use(branch):
        raise Conflict(IN_USE, branch)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type=branch._meta.label_lower,
        subject_id=str(branch.pk), reason=reason, facts={"what": "withdrawn", "name": branch.name},
    )
    branch.delete()


def withdrawn_by(actor, pk):
    """Whether this person withdrew the branch of that id: a second click is no error."""
    withdrawn = AuditEvent.objects.filter(subject_type=Branch._meta.label_lower, subject_id=str(pk), actor=actor)
    return withdrawn.filter(facts__what="withdrawn").exists()


def is_in_use(branch):
    """Whether any row keeps it where it is. Of what kind is not said: who asks may not know of each (design §7)."""
    try:
        Collector(using=branch._state.db).collect([branch])
    except ProtectedError:
        return True
    return False


def _committee(actor):
    """That of the handler, locked: two branches of one name are not entered at once."""
    if not hats(actor).handles_for_committee:
        raise PermissionDenied
    ids = [post.committee_id for post in hats(actor).posts if post.committee_id]
    return Committee.objects.select_for_update().get(pk=ids[0])


def _written(branch, actor, fields, covers, what):
    before = {name: getattr(branch, name) for name in FIELDS} if branch.pk else {}
    fields["name"] = cleaned_text(fields["name"], "请填全称，至少 2 个字。", field="name", least=2, limit=NAME_LIMIT)
    fields["short_name"] = cleaned_text(
        fields["short_name"], "请填简称，至少 2 个字。", field="short_name", least=2, limit=SHORT_LIMIT
    )
    for name in FIELDS:
        setattr(branch, name, fields[name])
    _judge(branch)
    branch.full_clean(exclude=["committee", "division"], validate_unique=False)
    branch.save()
    branch.covers.set(covers)
    facts = {"what": what} | {
        name: [str(before[name] or ""), str(fields[name] or "")] for name in before if before[name] != fields[name]
    }
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type=branch._meta.label_lower,
        subject_id=str(branch.pk), facts=facts,
    )
    return branch


def _judge(branch):
    """What cannot be beside the rows there are; `members` is a higher room's related name."""
    others = Branch.objects.exclude(pk=branch.pk)
    for name, said in (("name", "全称"), ("short_name", "简称")):
        if others.filter(**{name: getattr(branch, name)}).exists():
            raise ValidationError({name: f"已经有一个支部用这个{said}。"})
    if branch.established_on > timezone.localdate():
        raise ValidationError({"established_on": "这一天还没有到，批复成立以后再登记。"})
    if branch.established_on.year < OLDEST:
        raise ValidationError({"established_on": f"这一天太早了，请从 {OLDEST} 年以后填起。"})
    if branch.pk is None:
        return
    if not branch.holds_relations and branch.members.filter(left_on=None).exists():
        raise ValidationError({"form": "名册上还有党员，先转走他们的组织关系，才能改成这种组建方式。"})
    if branch.elected_on and branch.elected_on < branch.established_on:
        raise ValidationError({"established_on": f"本届选举是 {branch.elected_on:%Y年%-m月%-d日}，成立不能更晚。"})
    first = branch.posts.order_by("since").first()
    if first and first.since < branch.established_on:
        raise ValidationError({"established_on": f"{first.since:%Y年%-m月%-d日}就有人任职了，成立不能更晚。"})
