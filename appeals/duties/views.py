"""权责清单: every category with the unit that is responsible for it, and one of them with what was before."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from appeals.duties import policy, services
from appeals.duties.forms import DutyForm
from appeals.duties.models import Duty
from appeals.models import Category
from xinyu_portal.typed import done


@require_safe
def duty_list(request):
    if not policy.may_read(request.user):
        raise PermissionDenied
    current = Prefetch("duties", Duty.objects.current().with_units(), to_attr="in_force")
    context = {
        "categories": Category.objects.select_related("parent").prefetch_related(current),
        "may_write": policy.may_write(request.user),
    }
    return render(request, "appeals/duty_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def duty_edit(request, pk):
    if not policy.may_write(request.user):
        raise PermissionDenied
    category = get_object_or_404(Category.objects.select_related("parent"), pk=pk)
    history = list(category.duties.with_units())
    last = history[0] if history else None
    present = {"since": timezone.localdate()}
    if last:
        assisting = [unit.pk for unit in last.assisting.all()]
        present |= {"partner": last.partner_id, "basis": last.basis, "assisting": assisting}
    form = DutyForm(request.POST if request.method == "POST" else None, initial=present)
    if done(form, lambda: services.give(category, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"记下了：{category.name}，{form.result.unit}。")
        return redirect("appeals:duties")
    context = {"category": category, "form": form, "history": history}
    return render(request, "appeals/duty_edit.html", context, status=400 if form.is_bound else 200)
