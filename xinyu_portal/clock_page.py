"""Where the committee sees how its clock stands, and its leaders let the sweeps go on after a jump."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from branches.organisation.policy import hats
from notices.models import Sweep
from xinyu_portal import clock
from xinyu_portal.errors import Conflict


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="为什么可以继续", max_length=clock.REASON_LIMIT,
        help_text="比如：机房换过电池，时间已经对准。会记进操作记录。",
        error_messages={
            "required": "请写清为什么可以继续。",
            "max_length": "最多 %(limit_value)d 字，现在 %(show_value)d 字。",
            "null_characters_not_allowed": "里面有系统认不出的字符，请删掉再交。",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def clock_state(request):
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied("这一页是给市行业党委的。")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not hats(request.user).leads_committee:
        raise PermissionDenied("由市行业党委书记、副书记确认。")
    if form.is_bound and form.is_valid():
        return _confirm(request, form.cleaned_data["reason"])
    row = Sweep.objects.filter(name="tick").first()
    context = {
        "row": row, "form": form, "now": timezone.now(), "may_confirm": hats(request.user).leads_committee,
        "off": said_off(row.held_seconds) if row and row.held_at else "",
    }
    return render(request, "portal/clock.html", context, status=400 if form.is_bound else 200)


def _confirm(request, reason):
    """A second press, or a second leader, finds the clock running and is told so."""
    try:
        clock.confirm(actor=request.user, reason=reason)
    except Conflict as conflict:
        messages.info(request, conflict.message)
    else:
        messages.success(request, "已确认，到点提醒和自动转单下一分钟接着走。")
    return redirect("clock")


def said_off(seconds):
    """快了 3 小时 5 分钟, 慢了 20 分钟."""
    hours, minutes = divmod(round(abs(seconds) / 60), 60)
    span = " ".join(f"{n} {unit}" for n, unit in ((hours, "小时"), (minutes, "分钟")) if n) or "不到 1 分钟"
    return f"{'快' if seconds > 0 else '慢'}了 {span}"
