"""Whoever sends what, by page or API: never a 500, a Chinese sentence at the field, and nothing typed is lost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from anchors.contacts import services as contacts
from anchors.merging.models import Merge
from anchors.moves.models import Move
from anchors.moves.plan import Plan
from anchors.moves.selection import Selection
from anchors.registry.models import Anchor, PlatformAccount
from branches.admission.models import ReportForm
from branches.calendar.services import current_calendar, digest
from branches.organisation.models import Branch, Enterprise
from members.dues import services as dues
from members.groups import services as groups
from members.roster import lasting
from members.roster import services as roster
from members.sheets import importing
from members.sheets.columns import standard
from members.transfers import services as transfers
from notices.models import Sweep
from tests import scene as scenes
from tests.census_files import Upload
from tests.factories import open_report
from tests.roster_files import RosterUpload
from tests.visitor import Visitor, address_of, named_urls, rolled_back
from tests.word_files import Template
from tests.wrong_input import CHINESE, HUGE, IDS, LONG, Door, Walk, cases, said

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONGEST_REDIRECT = 2048  # Django's own; what leads to the login or the admin's carries the address along
WORDS = {"category": "A", "body": "昨天到的鞋压坏了。", "title": "鞋压坏了", "kind": "appeal"}
FIRM = {"name": "仙鹤供应链", "kind": "SUPPLY", "address": "城南 1 号", "branch": "unit"}
FIRM_CODES = ("kind", "credit_code", "division", "staff_band", "party_form", "should_build")
FORM = {
    "title": "夜班补贴情况", "owner": "市商务局", "basis": "演示文件", "period": "year", "code": "",
    "since": "2026-11-01", "expires_on": "2036-10-31", "people": "0", "money": "0",
    "items_before": "3", "items_after": "2",
}
PLAN = {
    "title": "学新规", "starts_at": "2026-11-20T19:30", "place": "电商园", "lecturer": "老黄", "agenda": "一、学新规。",
}
STUDY = {"span": "M11", "kind": "LECTURE", "theme": "学别的"}
PLAN_WORDS = ("title", "place", "lecturer", "agenda")
FORM_CODES = ("period", "code", "since", "expires_on", "people", "money", "items_before", "items_after")
JUDGED = {"outcome": "RESOLVED", "rating": "5", "reason": "赔到了"}


def verb(
    name, who, row, *, sent=None, texts=(), needed=(), codes=(), contacted=(), granted=False, foreign="elsewhere",
    files=False,
):
    """A verb of the chain by its two doors; the page picks yes where the API says true."""
    shared = {
        "texts": texts, "needed": needed, "codes": codes, "versioned": True, "foreign": foreign, "files": files,
    }
    said = contacted or (({"granted": "yes"}, {"granted": True}) if granted else ({}, {}))
    return [
        Door(f"appeals:{name.replace('-', '_')}", who, row, {**(sent or {}), **said[0]}, **shared),
        Door(f"api:{name}", who, row, {**(sent or {}), **said[1]}, **shared),
    ]


def by_code(name, row, *, sent, texts, needed=(), codes=(), files=False):
    """A verb by the two doors of whoever has the query code of `row`."""
    shared = {"texts": texts, "needed": needed, "codes": codes, "versioned": True, "files": files}
    return [
        Door(f"receipts:{name}", f"holder of {row}", f"code of {row}", sent, **shared),
        Door(f"api:receipt-{name}", f"holder of {row}", f"code of {row}", sent, **shared),
    ]


def _officer(scene):
    return scene.city.officer.pk


def _contact(scene):
    return scene.city.member.pk


def _bank(scene):
    return scene.city.bank.pk


def _today(scene):
    return timezone.localdate().isoformat()


def _other_branch(scene):
    return scene.city.other_branch.pk


def _a_member(scene):
    return scene.rows["roster_member"].pk


def _taken(scene):
    return scene.rows["taken"].pk


def _mark(scene):
    """Of the list that the secretary would spread, with the officer alone."""
    theirs = Anchor.objects.visible_to(scene.city.secretary)
    return contacts.preview(theirs, members=[scene.city.officer]).mark


def _a_unit(scene):
    return scene.city.partner.pk


def _a_station(scene):
    return f"station-{scene.rows['station'].pk}"


def _list_of_a_year(scene):
    return f"{scene.rows['year'].pk}-05-01 休 劳动节"


def _seen_of_a_year(scene):
    return digest(current_calendar(), scene.rows["year"].pk)


def _seen_of_a_line(scene):
    return scene.rows["study_line"].digest


def _this_hour(scene):
    return f"{timezone.localtime():%Y-%m-%dT%H:00}"


def _next_hour(scene):
    return f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:00}"


def _hold_the_clock(scene):
    """Nobody confirms a clock that runs; what it returns is a field that nobody reads."""
    Sweep.objects.filter(name="tick").update(held_at=timezone.now(), held_seconds=3600)
    return "1"


def _admits_events(scene):
    """Without its form nobody is asked; what it returns is a branch."""
    ReportForm.objects.filter(code="event").update(state="approved")
    return scene.city.branch.pk


def token_of_a_move(scene):
    city, selection = scene.city, Selection(scene.city.other_branch.pk, Move.Kind.FILTERED)
    return selection.sealed(city.staff, Plan.of(Anchor.objects.in_use(), city.other_branch).digest)


DOORS = [
    Door("login", "nobody", sent={"username": "stranger", "password": scenes.PASSWORD}, needed=("username", "password"),
         codes=("username", "password")),
    *[
        Door(url, "nobody", sent={"phone": "13807900002", "password": "风从仙女湖上吹来", **agreed},
             needed=("code", "phone", "password", *agreed), codes=("code", "phone"), once=True)
        for url, agreed in (("activate", {"agree": "on"}), ("api:redeem", {}))
    ],
    Door("password", "stranger", sent={"old_password": scenes.PASSWORD, "new_password": "风从仙女湖上吹来"},
         needed=("old_password", "new_password"), codes=("old_password",)),
    Door("end_session", "member", sent={"session": "others"}),
    Door("phones:anchor", "member", "card", {"why": "APPEAL"}, needed=("why",), codes=("why",), foreign="others_card"),
    Door("phones:newcomer", "secretary", "newcomer", {"why": "CONFIRM"}, needed=("why",), codes=("why",),
         foreign="others_newcomer"),
    Door("activation:issue", "secretary", "card", foreign="others_card", reads=False),
    Door("api:activations", "secretary", sent={}, needed=("anchor",), codes=("anchor",)),
    Door("logout", "member"),
    Door("big_type", "nobody", sent={"type": "big", "next": "/"}),
    Door("notices:read_all", "member"),
    Door("census:new", "staff", sent={"round_name": "秋季摸底", "file": Upload()}, needed=("file",)),
    Door("census:confirm", "staff", "import"),
    Door("census:discard", "staff", "import"),
    Door("notices:open", "member", "notice", foreign="others_notice"),
    Door("contacts:assign", "secretary", "card", {"member": _officer}, needed=("member",), codes=("member",),
         foreign="others_card"),
    Door("api:assign-contact", "secretary", "card", {"member": _officer}, needed=("member",), codes=("member",),
         foreign="others_card"),
    Door("contacts:spread", "secretary", sent={"members": _officer, "mark": _mark}, needed=("members",),
         codes=("members",)),
    Door("contacts:spread_undo", "two_posts", "run", foreign="others_run"),
    Door("contacts:wish", "anchor", sent={"why": "FAR"}, codes=("why",)),
    Door("contacts:wish_back", "anchor"),
    Door("contacts:decline", "anchor"),
    Door("contacts:accept", "anchor"),
    Door("contacts:log", "member", "card", {"channel": "WECHAT", "topic": "B"}, needed=("channel", "topic"),
         codes=("channel", "topic"), foreign="others_card"),
    Door("contacts:log_delete", "member", "log", goes=True, foreign="others_log"),
    Door("reports:template", "staff", sent={"file": Template()}, needed=("file",)),
    Door("reports:template_restore", "staff"),
    Door("reports:event_new", "staff",
         sent={"subject": "台风停播情况", "day": "2026-10-12", "branches": _admits_events}, texts=("subject",),
         needed=("subject", "day"), codes=("day", "branches"), taken=True),
    Door("reports:accept", "staff", "filed", taken=True),
    Door("reports:return", "staff", "filed", {"reason": "走访少记了一条。"}, texts=("reason",), needed=("reason",),
         taken=True),
    Door("measures:edit", "staff", "measure", {"heading": "组织体系", "text": "办好一件事。", "state": "MOVING"},
         texts=("heading", "text"), needed=("state",), codes=("state", "deadline", "lead", "units"), versioned=True),
    Door("measures:progress", "staff", "measure", {"text": "新开了一个驿站。"}, texts=("text",), needed=("text",),
         versioned=True),
    Door("measures:evidence", "staff", "measure", {"record": _a_station}, needed=("record",), codes=("record",)),
    Door("measures:unlink", "staff", "evidence", goes=True),
    Door("calendar:edit", "staff", "year", {"days": _list_of_a_year}, needed=("days",)),
    Door("calendar:confirm", "staff", "year", {"days": _list_of_a_year, "seen": _seen_of_a_year},
         needed=("days", "seen")),
    Door("calendar:duty", "staff", sent={"user": _officer, "starts_at": _this_hour, "ends_at": _next_hour},
         needed=("user", "starts_at", "ends_at"), codes=("user", "starts_at", "ends_at")),
    Door("calendar:duty_remove", "staff", "shift", goes=True),
    Door("admission:new", "staff", sent=FORM, texts=("title", "owner", "basis"),
         needed=tuple(name for name in FORM if name != "code"),
         codes=FORM_CODES, once=True),
    Door("admission:decide", "chief", "asked_form", {"granted": "yes", "reason": "有依据。"}, texts=("reason",),
         needed=("granted", "reason"), codes=("granted",), versioned=True, taken=True),
    Door("appeals:duty", "staff", "category", {"partner": _a_unit, "basis": "党委会定的", "since": "2026-11-01"},
         texts=("basis",), needed=("basis", "since"), codes=("partner", "since")),
    Door("admission:correct", "staff", "asked_form", FORM, texts=("title", "owner", "basis"),
         needed=tuple(name for name in FORM if name != "code"), codes=FORM_CODES, versioned=True),
    Door("admission:renew", "staff", "admitted_form", FORM | {"since": "2036-01-01", "expires_on": "2036-12-31"},
         texts=("title", "owner", "basis"), needed=tuple(name for name in FORM if name != "code"), codes=FORM_CODES,
         taken=True),
    Door("admission:remove", "staff", "admitted_form", {"reason": "没人用。"}, texts=("reason",), needed=("reason",),
         taken=True),
    Door("clock", "chief", sent={"reason": "换过电池。", "held": _hold_the_clock}, texts=("reason",),
         needed=("reason",)),
    Door("moves:new", "staff", sent={"token": token_of_a_move}, needed=("token",), codes=("token",)),
    Door("moves:undo", "staff", "moved"),
    Door("merging:new", "staff", sent={"one": lambda scene: scene.rows["pair"][0].pk,
         "two": lambda scene: scene.rows["pair"][1].pk, "keep": "one", "reason": "本人到过办公室。"},
         texts=("reason",), needed=("one", "two", "keep"), codes=("one", "two", "keep")),
    Door("merging:undo", "secretary", "merged", foreign="others_merge"),
    Door("reports:file", "secretary", "owed", {"remarks": "这月平稳。"}, texts=("remarks",), versioned=True,
         foreign="others_report"),
    Door("appeals:new", "anchor", sent={**WORDS, "agree": "on"}, texts=("body", "title"),
         needed=("category", "body", "agree", "submit_key"), codes=("category", "kind", "submit_key")),
    Door("appeals:grant_words", "chief", "branch",
         {"auditor": lambda scene: scene.city.auditor.pk, "since": _today, "until": _today, "reason": "抽查答复"},
         texts=("reason",), needed=("auditor", "since", "until", "reason"),
         codes=("auditor", "since", "until")),
    Door("appeals:erase", "chief", "branch", {"seq": "1", "reason": "本人要求删除", "sure": "on"}, texts=("reason",),
         needed=("seq", "reason", "sure"), codes=("seq",), once=True),
    Door("appeals:anonymous", "nobody", sent={**WORDS, "agree": "on"}, texts=("body", "title"),
         needed=("category", "body", "agree", "submit_key"), codes=("category", "kind", "submit_key")),
    Door("receipts:receipt", "nobody", sent={"code": lambda scene: scene.rows["code of unnamed"].pk},
         needed=("code",), codes=("code",)),
    Door("receipts:close", "nobody"),
    *by_code("confirm", "unnamed", sent=JUDGED, texts=("reason",), needed=("outcome", "rating"),
             codes=("outcome", "rating")),
    *by_code("reopen", "unnamed", sent={"text": "还没有给看。"}, texts=("text",), needed=("text",)),
    *by_code("supplement", "anonymous", sent={"text": "上个月的也没发。"}, texts=("text",), needed=("text",),
             files=True),
    *by_code("review", "dismissed", sent={"text": "没有查清楚。"}, texts=("text",), needed=("text",)),
    *by_code("withdraw", "anonymous", sent={"text": "不用了。"}, texts=("text",)),
    Door("posters:door", "nobody", "poster",
         {"category": "A", "body": "昨天到的鞋压坏了。", "name": "罗小满", "phone": "13807901234", "agree": "on"},
         texts=("body", "name"), needed=("category", "body", "name", "phone", "agree", "submit_key"),
         codes=("category", "phone", "submit_key")),
    *[
        Door(f"posts:{seat}", "chief", row, {"person": _contact, "role": role, "since": "2026-01-15"},
             needed=("person", "role", "since"), codes=("person", "role", "since", "until"), once=True)
        for seat, row, role in (("branch", "unit", "PUBLICITY"), ("committee", "committee_unit", "STAFF"))
    ],
    Door("posts:end", "staff", "office", {"until": "2026-01-15"}, needed=("until",), codes=("until",)),
    Door("posts:withdraw", "staff", "far_office", {"reason": "选错了人"}, texts=("reason",), needed=("reason",)),
    Door("branches:new", "staff",
         sent={"name": "演示文旅联合党支部", "short_name": "文旅支部", "form": "JOINT", "established_on": "2025-03-01"},
         texts=("name", "short_name"), needed=("name", "short_name", "form", "established_on"),
         codes=("form", "established_on", "division", "covers"), once=True),
    Door("branches:correct", "staff", "unit",
         {"name": "演示文旅联合党支部", "short_name": "文旅支部", "form": "JOINT", "established_on": "2020-01-01"},
         texts=("name", "short_name"), needed=("name", "short_name", "form", "established_on"),
         codes=("form", "established_on", "division", "covers")),
    Door("branches:withdraw", "staff", "empty_unit", {"reason": "登记重了。"}, texts=("reason",), needed=("reason",)),
    Door("branches:election", "staff", "unit", {"elected_on": "2026-01-15"}, needed=("elected_on",),
         codes=("elected_on",)),
    Door("meetings:subscription", "member", sent={"do": "stop"}, needed=("do",), codes=("do",)),
    Door("meetings:study", "secretary", sent=STUDY, texts=("theme",), needed=tuple(STUDY), codes=("span", "kind"),
         once=True),
    Door("meetings:study_line", "secretary", "study_line", STUDY | {"seen": _seen_of_a_line}, texts=("theme",),
         needed=(*STUDY, "seen"), codes=("span", "kind"), taken=True, foreign="others_study_line"),
    Door("meetings:study_drop", "secretary", "study_line", {"seen": _seen_of_a_line}, needed=("seen",), goes=True,
         foreign="others_study_line"),
    Door("meetings:export", "staff", sent={"reason": "年终归档"}, texts=("reason",), needed=("reason",)),
    Door("meetings:new", "secretary", sent=PLAN | {"kind": "SEMINAR"}, texts=PLAN_WORDS,
         needed=("kind", "title", "starts_at", "place"),
         codes=("kind", "starts_at", "ends_at", "manner", "host", "recorder", "line"), once=True),
    Door("meetings:edit", "secretary", "planned", PLAN, texts=PLAN_WORDS, needed=("title", "starts_at", "place"),
         codes=("starts_at", "ends_at", "manner", "host", "recorder"), versioned=True, foreign="others_meeting"),
    Door("meetings:record", "secretary", "planned", {"content": "逐条学了。", "resolution": "都同意。"},
         texts=("content", "resolution"), needed=("content",), codes=("host", "recorder", "guests", "others"),
         versioned=True, foreign="others_meeting"),
    Door("meetings:cancel", "secretary", "planned", {"reason": "下大雨"}, texts=("reason",), needed=("reason",),
         versioned=True, foreign="others_meeting"),
    Door("meetings:see", "staff", "minutes", versioned=True),
    Door("meetings:send_back", "staff", "minutes", {"reason": "请补决议"}, texts=("reason",), needed=("reason",),
         versioned=True),
    Door("dues:quote", "member", sent={"base": "5001", "kind": "WAGE"}, needed=("base",), codes=("base", "kind")),
    Door("dues:list", "secretary",
         sent={"members": lambda scene: scene.rows["dues_member"].pk, "through": "2026-10"},
         needed=("members", "through"), codes=("members", "through")),
    Door("dues:approve", "secretary", "dues_member",
         {"amount": "75.02", "reason": "支部研究过", "version": "1"}, texts=("reason",), needed=("amount", "version"),
         codes=("amount", "version"), taken=True, foreign="others_dues"),
    Door("dues:correct", "secretary", "dues_member",
         {"through": "2026-08", "reason": "多登记了一个月", "version": "1"}, texts=("reason",),
         needed=("reason", "version"), codes=("through", "version"), taken=True, foreign="others_dues"),
    Door("dues:undo", "secretary", "dues_run", foreign="others_dues_run"),
    Door("branches:units", "staff", sent={"department-1": "市委组织部", "department-2": "市委社会工作部"}),
    Door("members:new", "secretary",
         sent={"name": "方小满", "branch": "unit", "standing": "FULL", "joined_on": "2020-07-01", "job": "仓库",
               "remark": "没有", "native_place": "新余"},
         texts=("name", "job", "remark", "native_place"), needed=("name", "branch", "standing", "joined_on"),
         codes=("branch", "standing", "joined_on", "regularised_on", "relation_on", "ethnicity", "education", "degree",
                "employment", "sex", "birth_month", "work_since", "enterprise", "phone", "id_number"), once=True),
    Door("members:edit", "secretary", "roster_member",
         {"standing": "FULL", "joined_on": "2015-07-01", "job": "仓库", "remark": "没有", "version": "1"},
         texts=("job", "remark"), needed=("standing", "joined_on"), versioned=True,
         codes=("standing", "joined_on", "ethnicity", "work_since", "enterprise"), foreign="others_member"),
    Door("members:activation", "secretary", "roster_member", foreign="others_member", reads=False),
    Door("members:number", "secretary", "roster_member", {"why": "CHECK"}, needed=("why",), codes=("why",),
         foreign="others_member"),
    Door("members:participate", "secretary", "roster_member", {"branch": _other_branch, "since": "2026-01-15"},
         needed=("branch", "since"), codes=("branch", "since"), once=True, foreign="others_member"),
    Door("members:participation_end", "secretary", "participation", {"until": "2026-06-30"}, needed=("until",),
         codes=("until",), taken=True, foreign="others_participation"),
    Door("members:activist_new", "secretary", sent={"name": "方小满", "branch": "unit", "since": "2026-01-15"},
         texts=("name",), needed=("name", "branch", "since"), codes=("branch", "since", "applied_on", "id_number"),
         once=True),
    Door("members:activist_edit", "secretary", "activist_row",
         {"since": "2026-01-15", "job": "仓库", "native_place": "新余", "version": "1"},
         texts=("job", "native_place"), needed=("since",), versioned=True,
         codes=("since", "applied_on", "until", "ethnicity", "work_since", "phone", "id_number"),
         foreign="others_activist"),
    Door("members:activist_end", "secretary", "activist_row", {"until": "2026-06-30"}, needed=("until",),
         codes=("until",), taken=True, foreign="others_activist"),
    Door("members:float_out", "secretary", "roster_member",
         {"place": "深圳", "reason": "务工", "since": "2026-01-15"}, texts=("place", "reason"),
         needed=("place", "reason", "since"), codes=("since", "wishes_transfer"), once=True, foreign="others_member"),
    Door("members:float_in", "secretary",
         sent={"name": "方小满", "branch": "unit", "home": "某县某党支部", "place": "新余", "reason": "务工",
               "since": "2026-01-15"},
         texts=("name", "home", "place", "reason"), needed=("name", "branch", "home", "place", "reason", "since"),
         codes=("branch", "since", "wishes_transfer", "phone"), once=True),
    Door("members:floating_edit", "secretary", "floating_row",
         {"place": "深圳", "reason": "务工", "since": "2026-01-15", "contact": "老王", "version": "1"},
         texts=("place", "reason", "contact"), needed=("place", "reason", "since"), versioned=True,
         codes=("since", "until", "wishes_transfer"), foreign="others_floating"),
    Door("members:floating_end", "secretary", "floating_row", {"until": "2026-06-30"}, needed=("until",),
         codes=("until",), taken=True, foreign="others_floating"),
    Door("transfers:new", "secretary", "roster_member", {"to_name": "某县某党委", "letter_on": "2026-01-15"},
         texts=("to_name",), needed=("letter_on",), codes=("letter_on", "valid_days", "to_branch"), taken=True,
         foreign="others_member"),
    Door("transfers:receive", "secretary", "moving_in", {"on": "2026-01-20"}, needed=("on",), codes=("on",),
         taken=True, foreign="others_moving"),
    Door("transfers:close", "secretary", "moving_out", {"on": "2026-02-01"}, needed=("on",), codes=("on",),
         taken=True, foreign="others_moving"),
    Door("transfers:cancel", "secretary", "moving_out", {"reason": "本人不转了。"}, texts=("reason",),
         needed=("reason",), taken=True, foreign="others_moving"),
    Door("groups:list", "secretary", sent={"branch": "unit", "name": "第二党小组"}, texts=("name",),
         needed=("branch", "name"), codes=("branch",), once=True),
    Door("groups:detail", "secretary", "party_group", {"name": "第一党小组", "members": _a_member, "version": "1"},
         texts=("name",), needed=("name",), versioned=True, codes=("members", "leader"), foreign="others_group"),
    Door("groups:dissolve", "secretary", "party_group", taken=True, foreign="others_group"),
    Door("sheets:import_new", "secretary", sent={"sheet": "members", "branch": "unit", "file": RosterUpload()},
         needed=("sheet", "branch", "file"), codes=("sheet", "branch")),
    Door("sheets:confirm", "secretary", "roster_import", taken=True, foreign="others_import"),
    Door("sheets:discard", "secretary", "roster_import", taken=True, foreign="others_import"),
    Door("sheets:export", "secretary", "sheet_kind", {"reason": "年报核对"}, texts=("reason",), needed=("reason",),
         codes=("branch",)),
    Door("sheets:columns", "staff", "sheet_kind", {row.field: row.title for row in standard()["members"]},
         texts=("name",), needed=("name", "sex")),
    Door("sheets:reset", "staff", "sheet_kind"),
    Door("posters:password", "nobody", sent={"password": scenes.PASSWORD}, needed=("password",), codes=("password",),
         goes=True),  # logged in by the first click: its session has a new key
    Door("newcomers:confirm", "secretary", "newcomer", foreign="others_newcomer"),
    Door("newcomers:close", "secretary", "newcomer", foreign="others_newcomer"),
    Door("newcomers:join", "secretary", "namesake", needed=("anchor",), codes=("anchor",), foreign="others_newcomer"),
    Door("anchors:register", "staff", sent={
        "name": "方小满", "phone": "13907900077", "stage_name": "小满爱吃", "sex": "2", "kind": "VILLAGE",
        "note": "要手语",
    }, texts=("name", "stage_name", "note"), needed=("name", "phone", "stage_name", "sex", "kind"),
         codes=("phone", "branch", "sex", "kind", "division", "enterprise", "accepts_contact", "since"), once=True),
    Door("anchors:correct", "secretary", "card",
         {"stage_name": "小禾说鞋", "sex": "2", "kind": "VILLAGE", "note": "要手语"},
         texts=("stage_name", "note"), needed=("stage_name", "sex", "kind"),
         codes=("sex", "kind", "division", "enterprise", "accepts_contact", "since"), foreign="others_card"),
    Door("anchors:account_new", "anchor", "card",
         {"platform": "JD", "nickname": "小禾京东", "followers_band": "UNDER_1K"},
         texts=("nickname",), needed=("platform", "nickname", "followers_band"),
         codes=("platform", "genre", "followers_band"), foreign="others_card"),
    Door("anchors:account", "anchor", "account", {"followers_band": "UNDER_10K"}, needed=("followers_band",),
         codes=("followers_band",), foreign="others_account"),
    Door("anchors:account_drop", "anchor", "account", foreign="others_account", once=True),
    Door("anchors:withdraw", "anchor"),
    Door("anchors:agree", "anchor"),
    Door("anchors:export", "staff", sent={"reason": "助农报名核对"}, texts=("reason",), needed=("reason",)),
    Door("branches:enterprise_export", "staff", sent={"reason": "摸排核对"}, texts=("reason",), needed=("reason",)),
    Door("branches:enterprise_new", "staff", sent=FIRM, texts=("name", "address"), needed=("name", "kind"),
         codes=FIRM_CODES, once=True),
    Door("branches:enterprise_correct", "secretary", "firm", sent=FIRM, texts=("name", "address"),
         needed=("name", "kind", "branch"), codes=(*FIRM_CODES, "branch"), foreign="others_firm"),
    Door("answering:template_new", "staff", sent={"title": "新的一份", "text": "办好了。"}, texts=("title", "text"),
         needed=("title", "text"), codes=("category", "status"), once=True),
    Door("answering:template_change", "staff", "template", {"title": "改过的一份", "text": "办好了。"},
         texts=("title", "text"), needed=("title", "text"), codes=("category", "status")),
    Door("answering:template_retire", "staff", "template"),
    Door("branches:reply_check", "staff", "unit", {"on": "on"}),
    Door("branches:committee_reply_check", "staff", "committee_unit", {"on": "on"}),
    Door("appeals:hints", "secretary", "branch", foreign="fresh"),
    Door("api:token", "nobody", sent={"username": "stranger", "password": scenes.PASSWORD},
         needed=("username", "password"), codes=("username", "password")),
    Door("api:appeals", "anchor", sent={**WORDS, "confidentiality": "real_name"}, texts=("body", "title"),
         needed=("kind", "category", "body"), codes=("kind", "category", "confidentiality"), files=True),
    Door("api:report-file", "secretary", "owed", {"remarks": "这月平稳。"}, texts=("remarks",), versioned=True,
         bare=True, foreign="others_report"),
    Door("api:report-accept", "staff", "filed", taken=True, reads=False),
    Door("api:report-return", "staff", "filed", {"reason": "走访少记了一条。"}, texts=("reason",), needed=("reason",),
         taken=True),
    Door("api:notice-read", "member", "notice", reads=False, foreign="others_notice"),
    *verb("accept", "member", "fresh"),
    *verb("note", "member", "taken", sent={"text": "问过网点。"}, texts=("text",), needed=("text",), files=True),
    *verb("hand-up", "member", "taken", sent={"text": "够不着。"}, texts=("text",)),
    *verb("reply", "member", "taken", sent={"text": "赔 300 元。"}, texts=("text",), needed=("text",), files=True),
    *verb("confirm", "anchor", "replied", sent=JUDGED, texts=("reason",), needed=("outcome", "rating", "contacted"),
          codes=("outcome", "rating", "contacted"), contacted=({"contacted": "yes"}, {"contacted": True})),
    *verb("reopen", "anchor", "replied", sent={"text": "还没有赔。"}, texts=("text",), needed=("text",)),
    *verb("recuse", "staff", "fresh", sent={"branch": _other_branch, "text": "是当事人。"}, texts=("text",),
          needed=("text",), codes=("branch", "person"), foreign="recused"),
    *verb("transfer", "secretary", "branch", sent={"branch": _other_branch, "text": "归那边。"}, texts=("text",),
          needed=("branch", "text"), codes=("branch",)),
    *verb("return", "secretary", "branch", sent={"reason": "NOT_OURS", "text": "不归支部办。"}, texts=("text",),
          needed=("reason", "text"), codes=("reason",)),
    *verb("decide-return", "staff", "returned", sent={"text": "知道了。"}, texts=("text",), needed=("granted",),
          codes=("granted",), granted=True, foreign=""),  # the committee sees all
    *verb("assign", "secretary", "branch", sent={"holder": _officer, "text": "请你办。"}, texts=("text",),
          codes=("holder",)),
    *verb("reclassify", "secretary", "branch", sent={"category": "B1", "text": "是贷款的事。"}, texts=("text",),
          needed=("category",), codes=("category",)),
    *verb("dispatch", "staff", "lent", sent={"partner": _bank, "text": "请查一笔货款。", "days": "1"}, texts=("text",),
          needed=("partner", "text"), codes=("partner", "days"), foreign=""),
    *[
        Door(url, "clerk", "lent", {"text": "查到了。"}, texts=("text",), needed=("text",), taken=True, files=True,
             foreign="fresh")
        for url in ("appeals:dispatch_reply", "api:dispatch-reply")
    ],
    *verb("supervise", "staff", "fresh", sent={"reason": "OVERDUE", "grade": "KEY", "text": "给个说法。", "days": "3"},
          texts=("text",), needed=("reason", "text"), codes=("reason", "grade", "days"), foreign=""),
    *verb("answer-sheet", "member", "sheeted", sent={"text": "约好了。"}, texts=("text",), needed=("text",)),
    *verb("extend", "member", "taken", sent={"days": "1", "text": "等回话。", "plan": "周四再问。"},
          texts=("text", "plan"), needed=("days", "text", "plan"), codes=("days",)),
    *verb("decide-extension", "secretary", "waits", sent={"text": "知道了。"}, texts=("text",), needed=("granted",),
          codes=("granted",), granted=True),
    *verb("follow-up", "staff", "replied", sent={"outcome": "RESOLVED", "rating": 4, "reason": "都好。"}, foreign="",
          texts=("reason",), needed=("reached",), codes=("outcome", "rating", "contacted"),
          contacted=({"reached": "yes", "contacted": "yes"}, {"reached": True, "contacted": True})),
    *verb("consent", "anchor", "replied", needed=("granted",), codes=("granted",), granted=True),
    *verb("publish", "staff", "agreed", sent={"title": "怎么赔", "question": "压坏了。", "answer": "按损失赔。"},
          texts=("title", "question", "answer"), needed=("title", "question", "answer"), foreign=""),
    *verb("merge", "staff", "fresh", sent={"lead": _taken}, codes=("lead",), foreign=""),
    *verb("unmerge", "staff", "follows", foreign=""),
    *verb("release", "two_posts", "checked", sent={"text": "赔 300 元。"}, texts=("text",), needed=("text",),
          files=True, foreign="fresh"),
    *verb("decide-release", "two_posts", "drafted", sent={"text": "还差日子。"}, texts=("text",), needed=("granted",),
          codes=("granted",), granted=True, foreign="fresh"),
    *verb("suspend", "member", "taken", sent={"reason": "WAITS_FOR_ANCHOR", "days": "3", "text": "等回单。"},
          texts=("text",), needed=("reason", "days", "text"), codes=("reason", "days")),
    *verb("resume", "member", "paused"),
    *verb("supplement", "anchor", "fresh", sent={"text": "单号在这里。"}, texts=("text",), needed=("text",),
          files=True),
    *verb("refer", "secretary", "busy", sent={"reason": "OTHER_DUTY", "text": "这件归城管。"}, texts=("text",),
          needed=("reason", "text"), codes=("reason",)),
    *verb("refuse", "secretary", "branch", sent={"reason": "OTHER_DUTY", "text": "这件归城管。"}, texts=("text",),
          needed=("reason", "text"), codes=("reason",)),
    *verb("review", "anchor", "refused", sent={"text": "城管说不归他们。"}, texts=("text",), needed=("text",)),
    *verb("withdraw", "anchor", "fresh", sent={"text": "不用了。"}, texts=("text",)),
]

MOMENTS = [door for door in DOORS if door.url in ("meetings:new", "meetings:edit")]


def others_roster(city):
    """Of the other branch, to which the secretary has no sight."""
    member, day = city.other_secretary.member, date(2026, 1, 15)
    third = roster.add(actor=city.staff, branch=city.other_branch, name="白石", joined_on=date(2015, 7, 1))
    far = Branch.objects.create(
        committee=city.committee, name="第三支部", short_name="第三", established_on=date(2024, 8, 1)
    )
    words = {"place": "深圳", "reason": "务工", "since": day}
    return {
        "others_import": importing.upload(
            RosterUpload().read(), file_name="x.xlsx", actor=city.staff, branch=city.other_branch
        ),
        "others_member": member,
        "others_participation": lasting.participate(third, actor=city.staff, branch=far, since=day),
        "others_activist": lasting.name_activist(actor=city.staff, branch=city.other_branch, name="石头", since=day),
        "others_floating": lasting.float_out(third, actor=city.staff, **words),
        "others_moving": transfers.start(third, actor=city.staff, letter_on=day, to_branch=far),
        "others_group": groups.found(actor=city.staff, branch=city.other_branch, name="第一党小组"),
        "empty_unit": Branch.objects.create(
            committee=city.committee, name="第四支部", short_name="第四", established_on=date(2026, 1, 1)
        ),
    }


@pytest.fixture
def scene(scene_of_module):
    scene, city = scene_of_module, scene_of_module.city
    scene.rows["others_card"] = city.other_anchor.anchor
    scene.rows["others_notice"] = city.staff.notices.first()
    scene.rows["others_report"] = open_report(city.other_branch)
    scene.rows["others_card"] = city.other_anchor.anchor
    scene.rows["others_run"] = _run(city)
    scene.rows["others_log"] = contacts.log_service(
        Anchor.objects.get(user__username="spread_anchor"), actor=city.other_secretary, channel="PHONE", topic="A"
    )
    other = city.other_anchor.anchor
    scene.rows["others_card"] = other
    scene.rows["others_account"] = PlatformAccount.objects.create(
        anchor=other, platform="JD", nickname="阿果", followers_band="UNDER_1K", as_of=date(2026, 5, 1)
    )
    scene.rows["others_firm"] = Enterprise.objects.create(name="别处", kind="PARK", branch=city.other_branch)
    scene.rows["others_merge"] = Merge.objects.create(
        kept=scene.city.other_anchor.anchor, gone=scene.city.free_anchor.anchor, by=scene.city.chief
    )
    scene.rows |= others_roster(city)
    scene.rows["others_dues"] = city.other_secretary.member
    scene.rows["others_dues_run"] = dues.record(
        [city.other_secretary.member.pk], actor=city.other_secretary, through=date(2026, 9, 1)
    )
    for name in (
        "fresh", "taken", "replied", "anonymous", "unnamed", "dismissed", "owed", "returned", "waits", "branch",
        "checked", "drafted", "lent", "sheeted", "paused", "refused", "busy",
    ):
        scene.rows[name].refresh_from_db()
    return scene


def _run(city):
    """The committee's, so that no branch sees it."""
    return contacts.spread(
        Anchor.objects.filter(pk=city.other_anchor.anchor.pk), members=[city.other_secretary], actor=city.staff
    )


def test_every_form_and_verb_is_walked(scene):
    """Whatever takes a POST is listed above."""
    visitor = Visitor(scene.city, "chief")
    takers = set()
    for name in set(named_urls()) - {"admin"}:
        with rolled_back():
            if visitor.ask("POST", address_of(name)).status_code != 405:
                takers.add(name)
    assert takers == {door.url for door in DOORS}


@pytest.mark.parametrize(("turn", "door"), list(enumerate(DOORS)), ids=[door.url for door in DOORS])
def test_wrong_in_every_way(scene, turn, door):
    walk = Walk(door, scene)
    for case in cases(turn):
        case(walk)
    assert not walk.wrong, "\n".join(walk.wrong)


@pytest.mark.parametrize("door", MOMENTS, ids=[door.url for door in MOMENTS])
def test_a_moment_that_another_zone_cannot_name(scene, door):
    walk = Walk(door, scene)
    for name in ("starts_at", "ends_at"):
        for moment in ("0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"):
            walk.refused(f"{name}={moment}", name, **{name: moment}, kept=walk.other_words(name))
    assert not walk.wrong, "\n".join(walk.wrong)


class TestAddresses:
    """What stands after the question mark, and ids of nothing."""

    FILTERS = (
        "q", "tab", "own", "figure", "category", "level", "holder", "status", "kind", "branch", "division",
        "since", "members", "mark", "platform", "contact", "township", "genre", "band", "enterprise",
        "show", "day",
        "state", "facility", "anchor_area", "in_anchor_area", "unread", "nonsense", "next", "format", "page",
        "to", "scope", "anchor", "one", "two",
    )
    VALUES = (
        "x", "\0", "a\0b", "%", "\\", "😀", "\ud800", "-1", "0", str(2**63), str(HUGE), "9" * 3000, LONG[:2000],
    )

    @pytest.mark.parametrize("who", ["anchor", "member", "chief"])
    def test_odd_filters(self, scene, who):
        """Every value by the committee, which all pages read, on SQLite; else what the database itself would refuse.

        What does not open without a question mark reads nothing behind it either.
        """
        visitor, wrong = Visitor(scene.city, who), []
        every = who == "chief" and connection.vendor == "sqlite"
        lists = sorted({address_of(name) for name in named_urls() if "/1/" not in address_of(name)})
        lists = [url for url in lists if visitor.get(url).status_code in (200, 400)]
        for url in lists:
            for value in self.VALUES if every else ("\0", "\ud800", str(HUGE)):
                shown = value.encode("utf-8", "surrogatepass")
                query = dict.fromkeys(("q", "cursor", *self.FILTERS), shown)
                wrong += self.complaints(visitor.get(url, **query), url, value)
        assert not wrong, "\n".join(wrong[:30])

    def complaints(self, response, url, value):
        case = f"{url} {value[:12]!r}: {response.status_code}"
        if response.status_code >= 500 and url != "/healthz":
            return [case]
        asked = response.wsgi_request.get_full_path()
        may_refuse = url.startswith("/api/") or len(asked) > LONGEST_REDIRECT
        if response.status_code == 400 and not (may_refuse and CHINESE.search(said(response))):
            return [f"{case} {said(response)[:100]}"]
        return []

    def test_ids_of_nothing(self, scene):
        visitor, wrong = Visitor(scene.city, "chief"), []
        for name in set(named_urls()):
            if "/1/" not in address_of(name):
                continue
            for pk in IDS:
                for method in ("GET", "POST"):
                    status = visitor.ask(method, address_of(name, pk)).status_code
                    if status not in (404, 405):
                        wrong.append(f"{method} {name} {pk}: {status}")
        assert not wrong, "\n".join(wrong)

    def test_a_figure_of_nothing(self, scene):
        address = reverse("reports:records", args=[scene.rows["owed"].pk, "no-such"])
        assert Visitor(scene.city, "chief").get(address).status_code == 404
