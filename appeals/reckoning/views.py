from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from appeals.periods import offered, period_of
from appeals.reckoning import figures
from appeals.statistics import FEW
from branches.organisation.policy import hats
from xinyu_portal import sheets

HEADS = (("指标", 18), ("分子", 10), ("分母", 10), ("数值", 10), ("单位", 10), ("怎么算的", 80))
NOT_YOURS = "统计是给市行业党委和各支部书记、组织委员的。"


@require_safe
def statistics(request):
    """The committee's figures, or a branch's own, beside its own earlier period; never two branches together."""
    context = _context(request)
    return render(request, "appeals/statistics.html", {**context, "few": FEW})


@require_safe
def export(request):
    context = _context(request)
    lines = [f"诉求统计 · {context['whose']} · {context['period'].label}", f"不足 {FEW} 件只给件数，不算百分比。"]
    rows = [
        (one.share.label, one.n, one.of, one.percent and float(one.percent), "%", one.share.how)
        for one in context["figures"]
    ] + [
        (one.speed.label, None, one.n, one.value and float(one.value), one.speed.unit, one.speed.how)
        for one in context["times"]
    ]
    response = HttpResponse(sheets.write("诉求统计", lines, HEADS, rows), content_type=sheets.TYPE)
    name = f"诉求统计 {context['period'].label}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _context(request):
    worn, now = hats(request.user), timezone.now()
    if not (worn.handles_for_committee or worn.handles_for_branches):
        raise PermissionDenied(NOT_YOURS)
    period = period_of(request.GET.get("period"), now)
    before = period_of(period.before, now) if period.before else None
    branch_id = figures.branch_of(request.user, request.GET.get("branch"))
    branch = next((post.branch for post in worn.posts if post.branch_id == branch_id), None) if branch_id else None
    seen = figures.seen_by(request.user, branch_id)
    found = figures.figures(seen, period, before, now, of_branch=bool(branch))
    return {
        "period": period, "before": before, "periods": offered(now), "branch": branch, "seen": seen, "now": now,
        "whose": branch.name if branch else "全市", "figures": found, "groups": figures.grouped(found),
        "times": figures.times(seen, period, now), "others": _others(worn, branch),
    }


def _others(worn, branch):
    """The other branches of who has several: each by itself, in the order of the offices."""
    if branch is None:
        return []
    mine = [post.branch for post in worn.posts if post.branch_id in worn.handles_for_branches]
    return [one for one in dict.fromkeys(mine) if one != branch]
