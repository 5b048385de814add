from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from notices import services
from notices.models import Notice
from xinyu_portal.paging import paginate_or_first


@require_safe
def inbox(request):
    found = Notice.objects.visible_to(request.user)
    only_unread = request.GET.get("show") == "unread"
    page = paginate_or_first(
        found.unread() if only_unread else found,
        order="-created_at", cursor=request.GET.get("cursor"), filters=request.GET,
    )
    return render(request, "notices/inbox.html", {"page": page, "only_unread": only_unread})


@require_POST
def open_notice(request, pk):
    """Mark it read and go where it leads. A POST, so that a link preview or a prefetch reads nothing."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    services.mark_read(notice, actor=request.user)
    local = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if local else "notices:inbox")


@require_POST
def read_all(request):
    read = services.mark_all_read(actor=request.user)
    messages.success(request, f"{read} 条消息都标为已读了。" if read else "没有未读的消息。")
    return redirect("notices:inbox")
