"""What the reports of a branch count of what contact members did for anchors."""

from functools import partial

from django.urls import reverse
from django.utils import timezone

from anchors.contacts.models import ServiceLog
from branches.reports.figures import FigureKind, Line, listed


def _logs(channels, branch_ids, start, end):
    """By the anchor's branch of today; of a Shanghai day of the period."""
    logs = ServiceLog.objects.filter(
        anchor__branch__in=branch_ids, channel__in=channels, day__gte=timezone.localdate(start),
        day__lt=timezone.localdate(end),
    )
    return listed(logs.values_list("anchor__branch_id", "pk"))


def _rows(user, ids):
    return ServiceLog.objects.visible_to(user).select_related("anchor").filter(pk__in=ids)


def _line(log):
    note = f"{log.day:%Y-%m-%d} {log.get_channel_display()} · {log.get_topic_display()}"
    return Line(log.anchor.stage_name, note, reverse("anchors:detail", args=[log.anchor_id]))


Channel = ServiceLog.Channel
WHO_READS = "一条一条的记录只给记的人和主播本人看，支部和党委只看数。"
visits = FigureKind(
    code="visits", group="服务主播", title="联系走访", unit="人次", rows=_rows, line=_line, is_private=True,
    count=partial(_logs, Channel.values),
    how=f"日期在本期、联系党员为本支部主播记下的电话、微信、见面和走访，按次数计。{WHO_READS}",
)
met = FigureKind(
    code="met", group="服务主播", title="其中见面和走访", unit="人次", rows=_rows, line=_line, is_private=True,
    count=partial(_logs, (Channel.MEETING, Channel.VISIT)),
    how=f"上一项里方式是见面或直播间外走访的次数。{WHO_READS}",
)
KINDS = (visits, met)
