from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from anchors.registry.policy import links
from xinyu_portal.context import AUDITOR, BIG_TYPE, BRANCH, BRANCH_READER, COMMITTEE, PARTNER, VISITOR, Menu

ONE_YEAR = 365 * 24 * 3600


@require_safe
def home(request):
    """The first page of the first hat; who has none reads plainly that nothing waits here."""
    first = Menu(request).hats[0]
    if first is COMMITTEE:
        return redirect("committee_home")
    if first in (BRANCH, BRANCH_READER):
        return redirect("branch_home")
    if first is AUDITOR:
        return redirect("appeals:audit")
    if first is PARTNER:
        return redirect("appeals:dispatches")
    if first is not VISITOR:
        return redirect("appeals:list")
    return render(request, "portal/home.html", {"said": _said(request.user)})


def first_page(user):
    """Where somebody goes who has just got in (settings.ACTIVATED_PAGE): an anchor came to say something."""
    return reverse("appeals:new") if links(user).own else reverse("home")


def _said(user):
    """(title, text) for those who have no office."""
    if user.is_staff:
        return ("这里没有要您办的", "系统管理员只管代码表、工作日历和巡检，看不到人员和诉求。")
    return ("您还没有登记职务", "登记为主播，或者在支部任职以后，要办的事会在这里。请与您的联系党员或所在支部说一声。")


@login_not_required
@require_POST
def big_type(request):
    """Keep the choice in a cookie, so that it works before login and without script."""
    target = request.POST.get("next", "")
    local = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    response = redirect(target if local else reverse("home"))
    chosen = "big" if request.POST.get("type") == "big" else "normal"
    response.set_cookie(BIG_TYPE, chosen, max_age=ONE_YEAR, httponly=True, samesite="Lax")
    return response


@login_not_required
@require_safe
def admin_login(request):
    """Django's admin has no door of its own: everybody logs in at the same one, under the same lock-out."""
    if request.user.is_authenticated:
        raise Http404
    return redirect(f"{reverse('login')}?{urlencode({'next': request.GET.get('next', '')})}")
