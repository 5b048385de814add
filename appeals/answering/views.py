"""The two verbs of the second pair of eyes; the committee's pages for reply templates and for its switch."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appeals.answering import services, templates
from appeals.answering.forms import TemplateForm
from appeals.answering.hints import has_blanks
from appeals.answering.hints import hints as asks
from appeals.answering.models import ReplyTemplate
from appeals.doors import act, appeal_page, visible_or_404
from appeals.policy import actions
from appeals.verb_forms import form_of
from appeals.workflow import Verb
from branches.organisation.models import Committee
from xinyu_portal.paging import paginate_or_first


@require_POST
def release(request, pk):
    return act(request, pk, Verb.RELEASE, services.release, "已送审。同一级的另一位审过就发给主播；期限照算。")


@require_POST
def decide_release(request, pk):
    return act(request, pk, Verb.DECIDE_RELEASE, services.decide_release, _said_of_release)


@require_POST
def hints(request, pk):
    """What a draft says and does not say, for its writer; the form comes back as it was. Nothing is kept."""
    appeal = visible_or_404(request, pk)
    verb = next((one for one in (Verb.REPLY, Verb.RELEASE) if one in actions(request.user, appeal)), None)
    if verb is None:
        raise PermissionDenied
    draft = request.POST.get("text", "")
    found = {"hints": asks(draft, f"{appeal.title}\n{appeal.body}"), "blanks": has_blanks(draft)}
    found["lost_files"] = any(request.POST.getlist("files"))  # their names alone come along
    if request.fragment:
        return render(request, "appeals/_hints.html", found)
    return appeal_page(request, pk, form={str(verb): form_of(verb, appeal, request.user, request.POST)}, **found)


@require_safe
def template_list(request):
    _judge(request)
    rows = ReplyTemplate.objects.select_related("category__parent", "changed_by")
    page = paginate_or_first(rows, order="id", cursor=request.GET.get("cursor"))
    context = {"page": page, "committee": Committee.objects.order_by("pk").first()}
    return render(request, "appeals/answering/template_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def template_new(request):
    _judge(request)
    form = TemplateForm(request.POST if request.method == "POST" else None)
    return _form(request, form, templates.add, "模板加好了。")


@require_http_methods(["GET", "HEAD", "POST"])
def template_change(request, pk):
    _judge(request)
    row = get_object_or_404(ReplyTemplate, pk=pk)
    initial = {"title": row.title, "text": row.text, "category": row.category_id, "status": row.status}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)

    def change(**words):
        templates.change(row, **words)

    return _form(request, form, change, "模板改好了。", row)


def _form(request, form, service, done, row=None):
    if request.method == "POST":
        try:
            if form.is_valid():
                service(actor=request.user, **form.cleaned_data)
                messages.success(request, done)
                return redirect("answering:templates")
        except ValidationError as error:
            form.add_error(None, error)
    status = 400 if form.errors else 200
    return render(request, "appeals/answering/template_form.html", {"form": form, "row": row}, status=status)


@require_POST
def template_retire(request, pk):
    _judge(request)
    row = get_object_or_404(ReplyTemplate, pk=pk)
    row = templates.set_active(row, actor=request.user, active=request.POST.get("active") == "on")
    messages.success(request, "又可以用了。" if row.is_active else "停用了，写答复时不再出现。")
    return redirect("answering:templates")


def _judge(request):
    if not templates.may_keep(request.user):
        raise PermissionDenied("答复模板由市行业党委管理。")


def _said_of_release(words):
    return "答复已发给主播，等主播评价。" if words["granted"] else "已退给起草的人再改。"
