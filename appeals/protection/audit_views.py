"""The auditor's pages, which change nothing, and the secretary's to let an auditor read words."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from appeals.doors import visible_or_404
from appeals.models import Appeal
from appeals.protection import audit, services
from appeals.protection.filters import RecordFilter, TrailFilter
from appeals.protection.forms import GrantForm
from appeals.protection.policy import may_grant_words
from appeals.protection.record_words import about, deed, extents
from appeals.protection.views_log import SUBJECT, looked
from appeals.workflow import Verb
from xinyu_portal.paging import paginate_or_first

ROWS = 50


@require_safe
def trails(request):
    audit.require_auditor(request.user)
    form = TrailFilter(request.GET)
    rows = audit.with_last_line(audit.audited_by(request.user).filter(form.narrowing()))
    page = _page(request, rows, "-submitted_at")
    listed = [(appeal, Verb(appeal.last_verb).label) for appeal in page]
    return render(request, "appeals/audit_list.html", {"form": form, "page": page, "rows": listed})


@require_safe
def trail(request, pk):
    appeal = get_object_or_404(audit.audited_by(request.user).for_page(), pk=pk)
    looked(request.user, appeal)
    context = {
        "appeal": appeal, "lines": audit.lines(appeal), "with_words": audit.reads_words(request.user, appeal),
    }
    return render(request, "appeals/audit_trail.html", context)


@require_safe
def records(request):
    form = RecordFilter(request.GET)
    found = audit.records(request.user).filter(form.narrowing()).select_related("actor")
    page = _page(request, found, "-at")
    numbers = Appeal.objects.in_bulk([int(row.subject_id) for row in page if row.subject_type == SUBJECT])
    taken = extents(page)
    for row in page:
        appeal = numbers.get(int(row.subject_id)) if row.subject_type == SUBJECT else None
        row.about, row.deed, row.extent = appeal.number if appeal else about(row), deed(row), taken.get(row.pk, "")
    return render(request, "appeals/audit_records.html", {"form": form, "page": page})


def _page(request, rows, order):
    return paginate_or_first(
        rows, order=order, size=ROWS, cursor=request.GET.get("cursor"), filters=request.GET
    )


@require_http_methods(["GET", "HEAD", "POST"])
def grant_words(request, pk):
    appeal = visible_or_404(request, pk)
    if not may_grant_words(request.user, appeal):
        raise PermissionDenied
    if request.method != "POST":
        today = timezone.localdate()
        return _grant_page(request, appeal, GrantForm(appeal=appeal, initial={"since": today, "until": today}))
    form = GrantForm(request.POST, appeal=appeal)
    try:
        if form.is_valid():
            services.grant_words(appeal, actor=request.user, **form.cleaned_data)
            messages.success(request, "已授权，审计人员会收到消息。")
            return redirect("appeals:detail", appeal.pk)
    except ValidationError as error:
        form.add_error(None, error)
    return _grant_page(request, appeal, form, status=400)


def _grant_page(request, appeal, form, status=200):
    given = appeal.words_grants.select_related("auditor").order_by("-at", "-id")
    context = {"appeal": appeal, "form": form, "given": given}
    return render(request, "appeals/grant_words.html", context, status=status)
