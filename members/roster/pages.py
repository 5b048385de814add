"""What the pages of the roster share: a form of its own page, and whose rows they show."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from members.models import Member
from members.roster import policy
from xinyu_portal.typed import done

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Page:
    """A form of its own page: what it is called, where it leads back to, what its button says."""

    title: str
    back: str
    back_label: str
    button: str
    lead: str = ""


def answer(request, form, page, verb, *row, after):
    """Show the form, or do the verb with what it says and go on."""
    if done(form, lambda: verb(*row, actor=request.user, **form.cleaned_data)):
        messages.success(request, "记下了。")
        return after(form.result)
    status = 400 if form.errors else 200
    return render(request, "members/form_page.html", {"form": form, "page": page}, status=status)


def sent(request):
    return request.POST if request.method == "POST" else None


def to_card(member):
    return redirect("members:detail", member.pk)


def to_tab(code):
    return redirect(f"{reverse('members:list')}?show={code}")


def refuse_who_adds_nowhere(user):
    if not policy.may_add(user):
        raise PermissionDenied


def visible_or_404(user, pk):
    people = Member.objects.visible_to(user).select_related("user__profile", "branch", "group", "enterprise")
    return get_object_or_404(people, pk=pk)


def handled_or_404(user, pk):
    member = visible_or_404(user, pk)
    if not policy.handles(user, member.branch_id):
        raise PermissionDenied
    return member
