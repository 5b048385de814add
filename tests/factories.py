"""Rows made through the services, so that test data is legal data: name what the test cares about."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from anchors.moves import services as move_services
from anchors.moves.models import Move
from anchors.moves.plan import Plan
from anchors.newcomers import posters
from anchors.newcomers import services as newcomers
from appeals import services, trail
from appeals.models import Appeal, Category, Counter, Event, Stage
from appeals.numbering import PREFIX
from appeals.posters import services as poster_services
from appeals.protection import anonymous
from branches.admission import services as admission
from branches.reports import periods
from branches.reports.models import Report
from members.groups import services as groups
from members.meetings import services as meetings
from members.meetings.models import Meeting
from members.roster import lasting
from members.roster import services as roster
from members.sheets import importing
from members.transfers import services as transfers
from notices.models import Notice
from notices.services import Message, send_all
from tests.roster_files import RosterUpload


def submit_appeal(city, anchor=None, **overrides):
    """An appeal of `anchor` (default 林小禾), sent by them; `category` may be a code. Returns the Appeal."""
    anchor = anchor or city.anchor.anchor
    words = {
        "actor": anchor.user,
        "kind": "appeal",
        "category": "A2",
        "title": "样品被压坏，快递网点不肯赔",
        "body": "昨天到的 12 双样鞋压坏 5 双，网点说没保价不赔。",
        "submit_key": uuid.uuid4(),
        **overrides,
    }
    if isinstance(words["category"], str):
        words["category"] = Category.objects.get(pk=words["category"])
    appeal, _ = services.submit(anchor, **words)
    return appeal


def move_anchors(anchors, to_branch, *, actor, **overrides):
    """Anchors (a queryset) taken to a branch by one who has just seen the preview. Returns the Move."""
    words = {
        "actor": actor, "to_branch": to_branch, "kind": Move.Kind.TICKED, "key": uuid.uuid4(),
        "seen": Plan.of(anchors, to_branch).digest, **overrides,
    }
    return move_services.move(anchors, **words)


def let_lapse(*appeals, by=timedelta(days=1)):
    """Move the clock columns of their open stages so far into the past that all of them have gone; order kept."""
    _let_lapse(Stage.objects.filter(appeal__in=appeals), by)


def let_all_lapse(by=timedelta(days=1)):
    """The same for every open stage there is."""
    _let_lapse(Stage.objects.all(), by)


def let_all_come_near():
    """Reminder and amber are due at every open stage, its deadline is not."""
    Stage.objects.filter(left_at=None).update(remind_at=timezone.now(), amber_at=timezone.now())


def _let_lapse(stages, by):
    past = timezone.now() - by
    columns = ("remind_at", "amber_at", "accept_due_at", "due_at")
    changes = {column: past + timedelta(minutes=place) for place, column in enumerate(columns)}
    stages.filter(left_at=None).update(**changes)


def many_like(appeal, n):
    """`n` more appeals that lived through the same as `appeal`, in a few statements; return their ids.

    Each has its own number, stages, chained trail and notices: check_chain finds nothing wrong with them.
    """
    copies = _rows_like(appeal, n)
    stages = {old.pk: _stages_like(old, copies) for old in appeal.stages.order_by("seq")}
    for event in appeal.events.select_related("words").order_by("seq"):
        _lines_like(event, copies, stages[event.stage_id])
    ids = [copy.pk for copy in copies]
    last_stage = Stage.objects.filter(appeal=OuterRef("pk")).order_by("-seq")
    last_line = Event.objects.filter(appeal=OuterRef("pk")).order_by("-seq")
    Appeal.objects.filter(pk__in=ids).update(
        current=Subquery(last_stage.values("pk")[:1]), version=Subquery(last_line.values("seq")[:1]),
        trail_hash=Subquery(last_line.values("hash")[:1]),
    )
    return ids


def _rows_like(appeal, n):
    day = timezone.localdate(appeal.submitted_at)
    counter = Counter.objects.filter(name=PREFIX, day=day)
    counter.update(last=F("last") + n)
    first = counter.get().last - n + 1
    own = {"number", "id", "uuid", "submit_key", "current", "version", "trail_hash", "words", "category"}
    shared = {field.attname: getattr(appeal, field.attname) for field in Appeal._meta.fields if field.name not in own}
    copies = [
        Appeal(
            number=f"{PREFIX}-{day:%Y%m%d}-{count:04d}", submit_key=uuid.uuid4(), category=appeal.category, **shared
        )
        for count in range(first, first + n)
    ]
    for copy in copies:
        copy.words = copy.words_of()
    return Appeal.objects.bulk_create(copies)


def _stages_like(stage, copies):
    own = {"id", "appeal", "deadline_at"}
    shared = {field.attname: getattr(stage, field.attname) for field in Stage._meta.fields if field.name not in own}
    return Stage.objects.bulk_create(Stage(appeal=copy, **shared) for copy in copies)


def _lines_like(event, copies, stages):
    said = {
        "verb": event.verb, "at": event.at, "actor": event.actor, "facts": event.facts, "ordinal": event.ordinal,
        "public": event.words.public, "internal": event.words.internal,
    }
    events = trail.append(
        [trail.Line(appeal=copy, stage=stage, **said) for copy, stage in zip(copies, stages, strict=True)]
    )
    heard = Notice.objects.filter(key=f"appeal-event:{event.pk}")
    send_all([_notice_like(notice, copy) for copy in events for notice in heard], at=event.at)


def _notice_like(notice, event):
    url = notice.url and reverse("appeals:detail", args=[event.appeal_id])
    return Message(notice.recipient_id, f"appeal-event:{event.pk}", notice.title, event.appeal.number, url)


def poster_appeal(city, *, confirmed=False, place=None, **overrides):
    """An appeal of 罗小满, who has no login, said at a poster (`place`; default the branch's). Returns the Appeal."""
    words = {
        "name": "罗小满", "phone": "13807901234", "category": Category.objects.get(pk="A"),
        "body": "仓库门口停不了车。", "submit_key": uuid.uuid4(), **overrides,
    }
    appeal, _ = poster_services.file(place or posters.of_branch(city.branch), **words)
    if confirmed:
        newcomers.confirm(appeal.anchor.newcomer, actor=city.secretary)
    return appeal


def anonymous_appeal(**overrides):
    """An appeal of nobody, at the committee. Returns `(Appeal, query code)`."""
    words = {
        "kind": "appeal", "category": Category.objects.get(pk="B"), "body": "老板扣着工资不发。",
        "submit_key": uuid.uuid4(), **overrides,
    }
    appeal, code, _ = anonymous.submit(**words)
    return appeal, code


def open_report(branch, period="2026-10", **columns):
    """A Report of a branch, opened now and due at once, past its services: `columns` say what became of it."""
    when, now = periods.parse(period), timezone.now()
    fields = {"opened_at": now, "due_at": now, "starts_on": when.first, "ends_on": when.last}
    return Report.objects.create(branch=branch, form=when.form, period=period, **(fields | columns))


def entered_form(city, *, actor=None, **overrides):
    """A ReportForm that a department asked for; it waits for the committee's secretary."""
    fields = {
        "title": "直播间用工情况", "owner": "市商务局", "basis": "演示文件第 3 条", "period": "quarter", "code": None,
        "since": date(2026, 1, 1), "expires_on": date(2035, 12, 31), "people": 0, "money": 0, "items_before": 12,
        "items_after": 5,
    }
    return admission.enter(actor=actor or city.staff, **(fields | overrides))


def planned_meeting(city, *, actor=None, branch=None, **overrides):
    """A 支部党员大会 of city.branch of yesterday evening, as its secretary planned it. Returns the Meeting."""
    fields = {
        "kind": Meeting.Kind.MEMBERS, "title": "学习直播带货新规", "place": "支部活动室",
        "starts_at": timezone.now() - timedelta(days=1), "host": city.secretary, "recorder": city.officer,
    }
    return meetings.plan(branch or city.branch, actor=actor or city.secretary, **(fields | overrides))


def recorded_meeting(city, *, states=None, guests=(), grades=None, content="逐条学了新规。", **overrides):
    """The same with its minutes: everybody was there but for `states`. Returns the Meeting."""
    meeting = planned_meeting(city, **overrides)
    return meetings.record(
        meeting, actor=meeting.planned_by, version=meeting.version, states=states or {}, guests=guests, grades=grades,
        content=content,
    )


def roster_rows(city):
    """A card with an ID number, and one row of everything that hangs on a roster."""
    long_ago = date(2015, 7, 1)
    member = roster.correct(city.member.member, actor=city.secretary, id_number="360502190001010019")
    others = {
        name: roster.add(actor=city.staff, branch=branch, name=said, joined_on=long_ago) for name, said, branch in (
            ("in", "尤其远", city.other_branch), ("out", "施小南", city.branch), ("guest", "殷如是", city.branch),
        )
    }
    day = date(2026, 1, 15)
    words = {"place": "深圳", "reason": "务工", "since": day}
    return {
        "roster_member": member, "sheet_kind": SimpleNamespace(pk="members"),
        "participation": lasting.participate(
            others["guest"], actor=city.secretary, branch=city.other_branch, since=day
        ),
        "activist_row": lasting.name_activist(actor=city.secretary, branch=city.branch, name="申小禾", since=day),
        "floating_row": lasting.float_out(others["guest"], actor=city.secretary, **words),
        "moving_in": transfers.start(others["in"], actor=city.other_secretary, letter_on=day, to_branch=city.branch),
        "moving_out": transfers.start(others["out"], actor=city.secretary, letter_on=day, to_name="某县某党委"),
        "roster_import": importing.upload(
            RosterUpload().read(), file_name="花名册.xlsx", actor=city.secretary, branch=city.branch
        ),
        "party_group": groups.found(actor=city.secretary, branch=city.branch, name="第一党小组"),
    }
