"""A branch's organisation life: the list, a plan, its minutes, and what the committee says of them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.organisation.forms import ExportForm
from branches.organisation.models import Branch, Post, Role
from branches.organisation.policy import hats
from branches.rules.services import rules_on
from members.meetings import policy, roll, services
from members.meetings.filters import MeetingFilter
from members.meetings.forms import PlanForm, RecordForm, VersionForm, WhyForm
from members.meetings.missing import missing
from members.meetings.models import Attendance, Meeting, StudyLine, own_branches
from xinyu_portal import sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import count_up_to, paginate_or_first
from xinyu_portal.typed import done

State = Meeting.State
CHIPS = {"PLANNED": "chip-calm", "RECORDED": "chip-gold", "SEEN": "chip-ok", "RETURNED": "chip-amber", "CANCELLED": ""}
NAMED = ("branch", "group", "host", "recorder", "planned_by", "recorded_by", "judged_by")
TABS = (("", "全部"), (State.PLANNED, "计划中"), (State.RECORDED, "待党委看"), (State.RETURNED, "退回重记"))


@require_safe
def meeting_list(request):
    """Newest first. What is missing stands above it, for the officers of the own branch alone."""
    worn, now = readable(request), timezone.now()
    form = MeetingFilter(request.GET, several=worn.handles_for_committee)
    found = form.narrowed(Meeting.objects.visible_to(request.user).for_list())
    page = paginate_or_first(found, order="-starts_at", cursor=request.GET.get("cursor"), filters=request.GET)
    for meeting in page:
        meeting.chip = chip(meeting, now)
        meeting.reads = meeting.branch_id in worn.sees_branches or worn.handles_for_committee
    state = request.GET.get("state", "")
    kept = {name: request.GET[name] for name in ("branch", "kind", "year") if request.GET.get(name)}
    context = {
        "page": page, "form": form, "officer": worn.is_officer, "plans": bool(worn.handles_for_branches),
        "several": policy.reads_several(request.user, page),
        "may_export": policy.may_export(request.user), "missing": missing(worn.handles_for_branches),
        "tabs": [{"url": f"?{urlencode({**kept, 'state': code})}", "label": label, "current": code == state}
                 for code, label in TABS],
        "query": request.GET.urlencode(),
    }
    return render(request, "members/meeting_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_export(request):
    """The ledger of what the list shows; who takes it, how narrowed and what for is kept."""
    if not policy.may_export(request.user):
        raise PermissionDenied
    worn = hats(request.user)
    narrowing = MeetingFilter(request.GET, several=worn.handles_for_committee)
    if not narrowing.is_valid():
        raise Conflict("有条件读不懂，没有导出。请回到三会一课重新选。")
    found, asked = narrowing.narrowed(_to_export(worn)), narrowing.asked
    form = ExportForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: services.export(found, actor=request.user, narrowed=asked, **form.cleaned_data)):
        name = content_disposition_header(True, f"三会一课台账{timezone.localdate():%Y%m%d}.xlsx")
        return HttpResponse(form.result, content_type=sheets.TYPE, headers={"Content-Disposition": name})
    context = {"form": form, "count": count_up_to(found, services.EXPORT_LIMIT), "query": request.GET.urlencode()}
    return render(request, "members/meeting_export.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request):
    """`?branch=` for who has several, `?kind=`, `?group=` and `?line=` of the study plan fill it in."""
    branches = list(Branch.objects.filter(pk__in=hats(request.user).handles_for_branches))
    if not branches:
        raise PermissionDenied
    line = _line(request, branches)
    branch = line.branch if line else named_branch(request, branches)
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(branch, sent, initial=_suggested(request, branch, line))
    if done(form, lambda: services.plan(branch, actor=request.user, **form.cleaned_data)):
        meeting = form.result
        if meeting.starts_at <= timezone.now():
            messages.success(request, "已排进来。会已经开过，接着记录。")
            return redirect("meetings:record", meeting.pk)
        messages.success(request, f"排好了，编号 {meeting.number}。本支部党员在日历里看得到。")
        return redirect("meetings:detail", meeting.pk)
    context = {"form": form, "branch": branch, "branches": branches, "line": line}
    return render(request, "members/meeting_plan.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request, pk):
    meeting = _visible_or_404(request, pk, "correct")
    present = {name: getattr(meeting, name) for name in (*services.PLAN, "version")}
    present |= {"host": meeting.host_id, "recorder": meeting.recorder_id}
    sent = request.POST if request.method == "POST" else None
    form = PlanForm(meeting.branch, sent, meeting=meeting, initial=present)
    if done(form, lambda: services.correct(meeting, actor=request.user, **form.cleaned_data)):
        messages.success(request, "计划改好了。")
        return redirect("meetings:detail", pk)
    context = {"form": form, "meeting": meeting, "branch": meeting.branch}
    return render(request, "members/meeting_plan.html", context, status=400 if form.is_bound else 200)


@require_safe
def meeting_detail(request, pk):
    return _detail(request, _visible_or_404(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_record(request, pk):
    """The minutes; who is on the roll was there, unless something else is picked."""
    meeting = _visible_or_404(request, pk, "record")
    sent = request.POST if request.method == "POST" else None
    form = RecordForm(meeting, sent, initial=RecordForm.present(meeting))
    if done(form, lambda: services.record(meeting, actor=request.user, **form.fields_to_write())):
        messages.success(request, "记录好了，党委看得到。党委看过以前还可以改。")
        return redirect("meetings:detail", pk)
    context = {"form": form, "meeting": meeting, "waits": meeting.starts_at > timezone.now()}
    return render(request, "members/meeting_record.html", context, status=400 if form.is_bound else 200)


@require_POST
def meeting_cancel(request, pk):
    return _verb(request, pk, "cancel", WhyForm, services.cancel, "记下了：不开了。")


@require_POST
def meeting_see(request, pk):
    return _verb(request, pk, "see", VersionForm, services.see, "已记下：行业党委看过这份记录。")


@require_POST
def meeting_send_back(request, pk):
    return _verb(request, pk, "send_back", WhyForm, services.send_back, "已退回，支部会收到消息。")


def _verb(request, pk, name, kind, verb, said):
    """Do the verb with what its form says and go back to the page, which else shows the form again."""
    meeting = _visible_or_404(request, pk, name)
    form = kind(request.POST, auto_id=f"{name}_%s")
    if done(form, lambda: verb(meeting, actor=request.user, **form.cleaned_data)):
        messages.success(request, said)
        return redirect("meetings:detail", pk)
    return _detail(request, meeting, status=400, **{name: form})


def _detail(request, meeting, status=200, **forms):
    """The plan and the own line for every member; who was there and what was said for the offices alone."""
    reads = policy.may_read_minutes(request.user, meeting.branch_id)
    now = timezone.now()
    attended = meeting.attendance.select_related("user").order_by(*roll.as_on_the_roster("user__"))
    rows = list(attended) if reads else []
    counts = roll.count(rows) if rows else None
    own = rows if reads else meeting.attendance.filter(user=request.user)
    present = {"version": meeting.version}
    may = {verb: policy.may(request.user, verb, meeting.branch_id) for verb in policy.VERBS}
    context = {
        "meeting": meeting, "chip": chip(meeting, now), "reads": reads, "over": meeting.starts_at <= now,
        "counts": counts, "quorum": roll.quorum(meeting, counts, rules_on(roll.day_of(meeting))) if counts else "",
        "groups": _by_state(rows), "guests": [row for row in rows if row.part == roll.Part.GUEST],
        "own": next((row for row in own if row.user_id == request.user.pk), None),
        "grades": [(meeting._meta.get_field(name).verbose_name, getattr(meeting, name)) for name in Meeting.GRADES],
        "may": may, "line": StudyLine.objects.filter(meeting=meeting).first(),
        "see": VersionForm(initial=present, auto_id="see_%s"),
        "cancel": WhyForm(initial=present, auto_id="cancel_%s"),
        "send_back": WhyForm(initial=present, auto_id="send_back_%s"), **forms,
    }
    return render(request, "members/meeting_detail.html", context, status=status)


def _by_state(rows):
    """`[(到会, [Attendance])]` of the roll, states without anybody left out."""
    on_the_roll = [row for row in rows if row.part != roll.Part.GUEST]
    found = [(state.label, [row for row in on_the_roll if row.state == state]) for state in Attendance.State]
    return [(label, listed) for label, listed in found if listed]


def chip(meeting, now):
    """`(class, word)` of its one chip: what was planned and has begun waits for its minutes."""
    if meeting.state == State.PLANNED and meeting.starts_at <= now:
        return "chip-amber", "等记录"
    return CHIPS[meeting.state], meeting.get_state_display()


def readable(request):
    """The hats of this person. Raises PermissionDenied for who has no branch to see meetings of."""
    worn = hats(request.user)
    if not (worn.is_officer or own_branches(request.user).exists()):
        raise PermissionDenied
    return worn


def named_branch(request, branches):
    """The one that `?branch=` names, the first where it names none. Raises Http404 for one that is not of `branches`.

    What is written for one branch may not land in another.
    """
    asked = request.GET.get("branch")
    found = next((one for one in branches if not asked or str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _to_export(worn):
    """Meetings whose minutes are this person's to take along."""
    meetings = Meeting.objects.all()
    return meetings if worn.handles_for_committee else meetings.filter(branch__in=worn.handles_for_branches)


def _visible_or_404(request, pk, verb=None):
    """Raises PermissionDenied where it is seen and the verb is another's."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*NAMED), pk=pk)
    if verb and not policy.may(request.user, verb, meeting.branch_id):
        raise PermissionDenied
    return meeting


def _line(request, branches):
    asked = request.GET.get("line", "")
    if not (asked.isascii() and asked.isdigit()):
        return None
    free = StudyLine.objects.filter(branch__in=branches, meeting=None)
    return free.filter(pk=int(asked[:15])).first()


def _suggested(request, branch, line):
    """The secretary chairs, and who plans it writes it down; all of it can be changed."""
    secretary = Post.objects.current().filter(branch=branch, role=Role.SECRETARY).first()
    kind = request.GET.get("kind")
    return {
        "kind": line.kind if line else kind if kind in Meeting.Kind.values else None,
        "title": line.theme if line else "", "line": line, "host": secretary and secretary.user_id,
        "recorder": request.user.pk, "group": request.GET.get("group"),
    }
