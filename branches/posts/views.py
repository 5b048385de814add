from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from branches.organisation.forms import WithdrawForm
from branches.organisation.models import Branch, Committee, Post
from branches.posts import policy, services
from branches.posts.forms import AppointForm, EndForm
from xinyu_portal.typed import done

SHOWN_ENDED = 50


@require_http_methods(["GET", "HEAD", "POST"])
def branch_posts(request, pk):
    return _posts(request, get_object_or_404(Branch, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def committee_posts(request, pk):
    return _posts(request, get_object_or_404(Committee, pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def end_post(request, pk):
    """The last day of an office, today unless another is named."""
    post, unit = _post_or_404(request, pk)
    form = EndForm(_sent(request), initial={"until": post.until or timezone.localdate()})
    if done(form, lambda: services.end(post, actor=request.user, **form.cleaned_data)):
        until = form.result.until
        messages.success(request, f"记下了：{post.user.name}任{post.title}到 {until:%Y年%-m月%-d日}为止。")
        return _to_posts(unit)
    return _form(request, "branches/post_end.html", form, post, unit)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_post(request, pk):
    """A mistake, while its first day is not over."""
    if request.method == "POST" and (gone := services.withdrawn_by(request.user, pk)):
        seat, unit_pk = gone
        return redirect(f"posts:{seat}", unit_pk)
    post, unit = _post_or_404(request, pk)
    form = WithdrawForm(_sent(request))
    if done(form, lambda: services.withdraw(post, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"撤回了：{post.user.name}任{post.title}的登记。")
        return _to_posts(unit)
    return _form(request, "branches/post_withdraw.html", form, post, unit)


def _post_or_404(request, pk):
    """`(Post, its unit)`. Raises Http404 and PermissionDenied."""
    post = get_object_or_404(Post.objects.select_related("user", "branch", "committee"), pk=pk)
    unit = post.branch or post.committee
    if unit is None or not policy.may_read(request.user, unit):
        raise Http404
    if not policy.may_write(request.user, unit):
        raise PermissionDenied
    return post, unit


def _sent(request):
    return request.POST if request.method == "POST" else None


def _to_posts(unit):
    return redirect(f"posts:{policy.seat(unit)}", unit.pk)


def _form(request, template, form, post, unit):
    context = {
        "post": post, "unit": unit, "form": form, "back": f"posts:{policy.seat(unit)}",
        "may_withdraw": services.may_withdraw(post), "over": services.OVER,
    }
    return render(request, template, context, status=400 if form.errors else 200)


def _posts(request, unit):
    """Who is, will be and was in office; whoever may, appoints here."""
    if not policy.may_read(request.user, unit):
        raise Http404
    writes = policy.may_write(request.user, unit)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    form = AppointForm(_sent(request), unit=unit)
    if done(form, lambda: services.appoint(unit, actor=request.user, **form.cleaned_data)):
        post = form.result
        messages.success(request, f"记下了：{post.user.name}从 {post.since:%Y年%-m月%-d日}起任{post.title}。")
        return redirect(request.path)
    today = timezone.localdate()
    posts = unit.posts.select_related("user")
    context = {
        "unit": unit, "writes": writes, "form": form, "is_branch": isinstance(unit, Branch),
        "lasting": posts.exclude(until__lt=today).order_by("since", "pk"), "today": today,
        "ended": posts.filter(until__lt=today).order_by("-until", "-pk")[:SHOWN_ENDED],
    }
    return render(request, "branches/posts.html", context, status=400 if form.errors else 200)
