from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from appeals.doors import act, appeal_page
from appeals.publishing import services
from appeals.publishing.models import Publication
from appeals.workflow import Verb
from xinyu_portal.paging import paginate_or_first

ROWS = 20


@require_POST
def consent(request, pk):
    return act(request, pk, Verb.CONSENT, services.consent, "已记下，您可以随时改。")


@require_POST
def publish(request, pk):
    """`withdraw` takes it down, `preview` shows on the same page how it will look, and keeps the words."""
    if request.POST.get("withdraw"):
        return act(request, pk, Verb.PUBLISH, services.publish, "已撤下，别人看不到了。")
    if request.POST.get("preview"):
        return act(request, pk, Verb.PUBLISH, services.preview, "", shown=partial(_previewed, request, pk))
    return act(request, pk, Verb.PUBLISH, services.publish, "已公开。主播收回同意时会马上撤下。")


def _previewed(request, pk, form):
    return appeal_page(request, pk, form={str(Verb.PUBLISH): form}, preview=form.cleaned_data)


@login_not_required
@require_safe
def answers(request):
    """The public answers, for everybody, newest first; found by words of title, question and answer."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60]
    shown = Publication.objects.shown().search(asked)
    page = paginate_or_first(
        shown, order="-published_at", size=ROWS, cursor=request.GET.get("cursor"), filters=request.GET
    )
    context = {"page": page, "rows": list(page), "asked": asked, "summary": f"本页 {len(page)} 条"}
    return render(request, "appeals/answers.html", context)


@login_not_required
@require_safe
def answer(request, pk):
    return render(
        request, "appeals/answer.html", {"one": get_object_or_404(Publication.objects.shown(), pk=pk)}
    )
