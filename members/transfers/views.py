from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.rules.services import rules_on
from members.models import Dues, Member, Transfer
from members.roster.policy import handles
from members.transfers import policy, services
from members.transfers.forms import CancelForm, DoneForm, SlipForm, StartForm
from xinyu_portal.typed import done


@require_http_methods(["GET", "HEAD", "POST"])
def transfer_new(request, pk):
    """A letter for a member of the own branch."""
    people = Member.objects.in_branch().visible_to(request.user).select_related("user", "branch")
    member = get_object_or_404(people, pk=pk)
    if not handles(request.user, member.branch_id):
        raise PermissionDenied
    form = StartForm(request.POST if request.method == "POST" else None, member=member, book=rules_on())
    if done(form, lambda: services.start(member, actor=request.user, **form.cleaned_data)):
        messages.success(request, "介绍信记下了。对方接收以前，仍由本支部负责。")
        return redirect("transfers:detail", form.result.pk)
    context = {"form": form, "member": member}
    return render(request, "members/transfer_new.html", context, status=400 if form.errors else 200)


@require_safe
def transfer_detail(request, pk):
    return _detail(request, _visible_or_404(request.user, pk))


@require_POST
def transfer_receive(request, pk):
    return _written(request, pk, "receive", DoneForm, services.receive, "接收了，名册上已经转过来。")


@require_POST
def transfer_close(request, pk):
    return _written(request, pk, "close", SlipForm, services.close, "回执记下了，名册上已经转出。")


@require_POST
def transfer_cancel(request, pk):
    return _written(request, pk, "cancel", CancelForm, services.cancel, "这次转接取消了。")


def _written(request, pk, verb, kind, service, said):
    transfer = _visible_or_404(request.user, pk)
    if not policy.is_whose(request.user, verb, transfer):
        raise PermissionDenied
    form = kind(request.POST, auto_id=f"{verb}_%s")
    if done(form, lambda: service(transfer, actor=request.user, **form.cleaned_data)):
        messages.success(request, said)
        return redirect("transfers:detail", pk)
    return _detail(request, transfer, 400, **{verb: form})


def _detail(request, transfer, status=200, **bound):
    """To the receiving branch the name and the category alone are shown until the relation has moved.

    The month that dues are paid through, which the letter tells (domain.md §3.4), is for who sees them anyway.
    """
    forms = {"receive": DoneForm, "close": SlipForm, "cancel": CancelForm}
    shown = {
        verb: bound.get(verb) or kind(auto_id=f"{verb}_%s") for verb, kind in forms.items()
        if policy.may(request.user, verb, transfer)
    }
    ours = Member.objects.visible_to(request.user).filter(pk=transfer.member_id).exists()
    back = reverse("members:detail", args=[transfer.member_id]) if ours else f"{reverse('members:list')}?show=moving"
    member = transfer.member
    context = {
        "transfer": transfer, "today": timezone.localdate(), "forms": shown, "back": back, "sees_dues": ours,
        "arrived": ours and transfer.state == Transfer.State.DONE and member.branch_id == transfer.to_branch_id,
        "dues": Dues.objects.filter(member=transfer.member_id).first() if ours else None,
        "renews": policy.may_renew(request.user, transfer),
    }
    return render(request, "members/transfer_detail.html", context, status=status)


def _visible_or_404(user, pk):
    rows = Transfer.objects.visible_to(user).select_related(
        "member__user", "from_branch", "to_branch", "started_by", "ended_by"
    )
    return get_object_or_404(rows, pk=pk)
