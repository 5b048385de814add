"""A letter is opened, answered or called back; until it is answered the old organisation stays responsible.

Days are Shanghai days. All raise PermissionDenied and ValidationError; errors.Conflict for what is not open any more.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import DateField, Value
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import BRANCH_HANDLERS, Post
from branches.rules.services import rules_on
from members.models import Floating, Member, PartyGroup, Transfer
from members.roster.services import keep, refuse_relation, taken
from members.transfers import policy
from notices.services import send
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

REASON_LIMIT = Transfer._meta.get_field("reason").max_length
WHY = f"请写清为什么取消，2 到 {REASON_LIMIT} 字。"
ONE_SIDE = "转到本行业的支部就选支部，转到外面就写党组织的名称，只填一个。"
OPEN_ALREADY = "这名党员有一次转接还没有办完。"


@transaction.atomic
def start(member, *, actor, letter_on, to_branch=None, to_name="", valid_days=None, letter_number=""):
    """Open a letter to a branch of the portal, or by name to an organisation outside. Returns the Transfer.

    `valid_days`: how long the letter holds; without it what the rules say, for the city or for elsewhere.
    """
    member = taken(member, actor)
    to_name = to_name.strip()
    if (to_branch is None) == (not to_name):
        raise ValidationError({"to_branch": ONE_SIDE})
    if to_branch is not None:
        refuse_relation(to_branch, "to_branch")
        if to_branch.pk == member.branch_id:
            raise ValidationError({"to_branch": "组织关系已经在这个支部。"})
    if member.transfers.open().exists():
        raise Conflict(OPEN_ALREADY, member)
    today = timezone.localdate()
    _refuse_office(member, today)
    if not member.joined_on <= letter_on <= today:
        raise ValidationError({"letter_on": "开具日期从入党那天起，到今天为止。"})
    if member.relation_on and letter_on < member.relation_on:
        raise ValidationError({"letter_on": f"组织关系 {_said(member.relation_on)}才转入，介绍信不早于这一天。"})
    transfer = Transfer.objects.create(
        member=member, from_branch=member.branch, to_branch=to_branch, to_name=to_name, letter_on=letter_on,
        valid_until=letter_on + timedelta(days=_days(valid_days, to_branch, today)), started_by=actor,
        letter_number=letter_number.strip(),
    )
    keep(actor, transfer, ["started"])
    _tell(transfer, to_branch, actor, "有一名党员的组织关系要转入", "人到了、介绍信收到了，请接收。")
    return transfer


@transaction.atomic
def receive(transfer, *, actor, on):
    """The receiving branch takes the relation from this day on: it moves now. Returns the fresh Transfer.

    The day is one on which the letter held; it may be written later.
    """
    transfer, member = _taken(transfer, actor, "receive")
    _judge_day(transfer, member, on)
    _refuse_office(member, timezone.localdate())
    refuse_relation(transfer.to_branch, "on")
    old = transfer.from_branch
    _leave_old(member, on)
    _end_on(member.participations.filter(branch=transfer.to_branch_id), on)
    member.branch, member.relation_on, member.version = transfer.to_branch, on, member.version + 1
    member.save(update_fields=["branch", "group", "relation_on", "version"])
    _ended(transfer, Transfer.State.DONE, actor, on)
    _tell(transfer, old, actor, "转出的组织关系对方接收了", "名册上已经转过去。")
    return transfer


@transaction.atomic
def close(transfer, *, actor, on):
    """The slip 回执 of an organisation outside has arrived: the member has left. Returns the fresh Transfer.

    The day is the slip's, one on which the letter held.
    """
    transfer, member = _taken(transfer, actor, "close")
    _judge_day(transfer, member, on)
    _refuse_office(member, timezone.localdate())
    _leave_old(member, on)
    _end_on(member.participations, on)
    member.left_on, member.version = on, member.version + 1
    member.save(update_fields=["group", "left_on", "version"])
    _ended(transfer, Transfer.State.DONE, actor, on)
    return transfer


@transaction.atomic
def cancel(transfer, *, actor, reason):
    """The letter is called back, and why. Returns the fresh Transfer."""
    transfer, _ = _taken(transfer, actor, "cancel")
    transfer.reason = cleaned_text(reason, WHY, field="reason", least=2, limit=REASON_LIMIT)
    _ended(transfer, Transfer.State.CANCELLED, actor, timezone.localdate())
    _tell(transfer, transfer.to_branch, actor, "要转入的组织关系取消了", "现在不用做什么。")
    return transfer


def _taken(transfer, actor, verb):
    """Both bare rows, locked: the member first, as every other verb does, and before it the group it leads.

    Who arranges a group holds it while waiting for its members.
    """
    list(PartyGroup.objects.select_for_update().filter(leader=transfer.member_id))
    member = Member.objects.select_for_update().get(pk=transfer.member_id)
    transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if not policy.is_whose(actor, verb, transfer):
        raise PermissionDenied
    if not transfer.is_open:
        raise Conflict(f"这次转接{transfer.get_state_display()}，没有再改。", transfer)
    return transfer, member


def _refuse_office(member, today):
    """Rights follow offices: who takes the relation elsewhere has to be out of office first, and of what is to come.

    Asked when the letter is opened, and again when the relation moves: somebody may have appointed them meanwhile.
    """
    posts = Post.objects.lasting(today).filter(user=member.user_id, branch=member.branch_id)
    held = posts.order_by("since").first()
    if held:
        word = "现任" if held.since <= today else "将任"
        raise ValidationError(f"{word}{held.title}，请党委先登记任职止，再转组织关系。")


def _days(valid_days, to_branch, today):
    book = rules_on(today)
    most = int(book.number("TRANSFER_LETTER_MOST"))
    days = valid_days or int(book.number("TRANSFER_LETTER_CITY" if to_branch else "TRANSFER_LETTER_AWAY"))
    if not 1 <= days <= most:
        raise ValidationError({"valid_days": f"有效期 1 到 {most} 天。"})
    return days


def _judge_day(transfer, member, on):
    if not transfer.letter_on <= on <= timezone.localdate():
        raise ValidationError({"on": f"从开具那天（{_said(transfer.letter_on)}）起，到今天为止。"})
    if transfer.valid_until and on > transfer.valid_until:
        until = f"介绍信 {_said(transfer.valid_until)}到期，过期的要重新开具"
        raise ValidationError({"on": f"{until}：请{transfer.source}先取消这一封，再登记新开的。"})
    if member.relation_on and on < member.relation_on:  # corrected since the letter
        raise ValidationError({"on": f"组织关系 {_said(member.relation_on)}才转入，接收不早于这一天。"})


def _said(day):
    return f"{day:%Y年%-m月%-d日}"


def _leave_old(member, on):
    """What the member was to the old branch ends: group, its lead, and the registration as floating."""
    PartyGroup.objects.filter(leader=member).update(leader=None)
    member.group = None
    _end_on(Floating.objects.filter(user=member.user_id), on)


def _end_on(rows, on):
    """What has not ended ends on this day, or on its own first one where that is later."""
    rows.filter(until=None).update(until=Greatest("since", Value(on, DateField())))


def _ended(transfer, state, actor, on):
    transfer.state, transfer.ended_on, transfer.ended_by = state, on, actor
    transfer.save(update_fields=["state", "ended_on", "ended_by", "reason"])
    keep(actor, transfer, [state.lower()])


def _tell(transfer, branch, actor, title, text):
    """The handlers of a branch of the portal; who it is stands on the page alone."""
    if branch is None:
        return
    handlers = Post.objects.current().filter(branch=branch, role__in=BRANCH_HANDLERS).exclude(user=actor)
    send(
        {post.user_id for post in handlers}, key=f"transfer:{transfer.pk}:{transfer.state}", title=title, text=text,
        url=reverse("transfers:detail", args=[transfer.pk]),
    )
