"""Who may do what, everywhere: every URL × method × relation (design §7) in one table.

A cell says what the person gets: ok (2xx, or a redirect within the portal), in (asked to log in: the login page,
or 401 from the API), 403 visible but not your verb, 404 not visible, 409 yours but not now, or another status;
audi: ok for the auditor among those who stand there, 403 for the others.
"""

import uuid
from datetime import date

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from appeals import services, statistics
from appeals.models import Appeal
from branches.organisation.models import Post, Role
from branches.reports.figures import figure_kinds
from members.sheets.columns import standard
from notices.models import Notice
from tests import scene as scenes
from tests.engines import shared
from tests.visitor import NO_UUID, Visitor, address_of, named_urls, readable, rolled_back

pytestmark = pytest.mark.django_db

# Column of the table -> who stands there. `none`: nobody with a right today.
WHO = {
    "anon": ("anonymous", "disabled"),  # a disabled account is logged out
    "own": ("anchor",),  # of the appeals but `elsewhere`
    "othr": ("other_anchor",),  # of `elsewhere`
    "cont": ("member",),  # holds it at MEMBER, held it before where it went up
    "secr": ("secretary",),
    "offi": ("officer",),  # 组织委员
    "publ": ("publicity",),  # 宣传委员: of the branch, but takes no appeals
    "osec": ("other_secretary",),
    "two": ("two_posts",),  # 组织委员 of the branch, secretary of the other
    "staf": ("staff",),
    "chie": ("chief",),
    "none": ("stranger", "former", "coming"),
    "admi": ("admin",),
    "audi": ("auditor",),  # a line without this cell: as `none`
    "cler": ("clerk",),  # of the unit that `lent` is lent to; as nobody, but for CLERK
}
# What the clerk of a unit gets, by (url, row); all else is as for nobody.
CLERK = {("appeals:dispatches", "-"): "ok", ("lent-appeal", "lent"): "ok", ("dispatch-reply", "lent"): "ok"} | {
    (verb, "lent"): "403" for verb in ("dispatch", "supervise", "answer-sheet")
}
AUDITED = ("403", "ok")
# One line of the table for the doors that lead to the same.
DOORS = {
    "an-appeal": ("appeals:detail", "api:appeal", "api:deadline", "appeals:check"),
    "lent-appeal": ("appeals:detail", "api:appeal"),  # of what a clerk may know
    "lent-words": ("api:deadline", "appeals:check"),
    "dispatch": ("appeals:dispatch", "api:dispatch"),
    "dispatch-reply": ("appeals:dispatch_reply", "api:dispatch-reply"),
    "supervise": ("appeals:supervise", "api:supervise"),
    "answer-sheet": ("appeals:answer_sheet", "api:answer-sheet"),
    "a-file": ("appeals:attachment", "api:attachment"),
    "viewers": ("appeals:viewers", "api:viewers"),
    "accept": ("appeals:accept", "api:accept"),
    "note": ("appeals:note", "api:note"),
    "hand-up": ("appeals:hand_up", "api:hand-up"),
    "reply": ("appeals:reply", "api:reply"),
    "confirm": ("appeals:confirm", "api:confirm"),
    "reopen": ("appeals:reopen", "api:reopen"),
    "withdraw": ("appeals:withdraw", "api:withdraw"),
    "release": ("appeals:release", "api:release"),
    "decide-release": ("appeals:decide_release", "api:decide-release"),
    "transfer": ("appeals:transfer", "api:transfer"),
    "recuse": ("appeals:recuse", "api:recuse"),
    "return": ("appeals:return", "api:return"),
    "decide-return": ("appeals:decide_return", "api:decide-return"),
    "assign-holder": ("appeals:assign", "api:assign"),
    "reclassify": ("appeals:reclassify", "api:reclassify"),
    "extend": ("appeals:extend", "api:extend"),
    "decide-extension": ("appeals:decide_extension", "api:decide-extension"),
    "merge": ("appeals:merge", "api:merge"),
    "follow-up": ("appeals:follow_up", "api:follow-up"),
    "consent": ("appeals:consent", "api:consent"),
    "publish": ("appeals:publish", "api:publish"),
    "unmerge": ("appeals:unmerge", "api:unmerge"),
    "suspend": ("appeals:suspend", "api:suspend"),
    "resume": ("appeals:resume", "api:resume"),
    "supplement": ("appeals:supplement", "api:supplement"),
    "refer": ("appeals:refer", "api:refer"),
    "refuse": ("appeals:refuse", "api:refuse"),
    "review": ("appeals:review", "api:review"),
    "an-anchor": ("anchors:detail", "api:anchor"),
    "member-edit": (
        "members:edit", "members:number", "members:activation", "members:participate", "members:float_out",
        "transfers:new",
    ),
    "an-edit": ("anchors:correct", "anchors:account_new"),
    "a-report": ("reports:detail", "reports:records", "api:report", "api:report-records"),
    "file": ("reports:file", "api:report-file"),
    "accept-report": ("reports:accept", "api:report-accept"),
    "return-report": ("reports:return", "api:report-return"),
    "submit": ("appeals:new", "api:appeals"),
    "assign": ("contacts:assign", "api:assign-contact"),
    "read": ("notices:open", "api:notice-read"),
    "redeem": ("activate", "api:redeem"),
}
TABLE = """
url                method  row             anon own  othr cont secr offi publ osec two  staf chie none admi audi
home               GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
branch_home        GET     -               in   403  403  403  ok   ok   ok   ok   ok   403  403  403  403  403
committee_home     GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
clock              GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
clock              POST    -               in   403  403  403  403  403  403  403  403  403  400  403  403
healthz            GET     -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
big_type           POST    -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
login              GET     -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
login              POST    -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
activate           GET     -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
redeem             POST    -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
me                 GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
password           POST    -               in   400  400  400  400  400  400  400  400  400  400  400  400
end_session        POST    -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
logout             POST    -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
admin              GET     -               in   404  404  404  404  404  404  404  404  404  404  404  ok
admin/login/       GET     -               in   404  404  404  404  404  404  404  404  404  404  404  404
notices:inbox      GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
notices:read_all   POST    -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
read               POST    notice          in   404  404  ok   404  404  404  404  404  404  404  404  404
branches:list      GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
branches:new       GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
branches:new       POST    -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
branches:correct   GET     unit            in   403  403  403  403  403  403  403  403  ok   ok   403  403  403
branches:correct   POST    unit            in   403  403  403  403  403  403  403  403  ok   ok   403  403  403
branches:withdraw  GET     unit            in   403  403  403  403  403  403  403  403  ok   ok   403  403  403
branches:withdraw  POST    unit            in   403  403  403  403  403  403  403  403  409  409  403  403  403
branches:election  GET     unit            in   403  403  403  403  403  403  403  403  ok   ok   403  403  403
branches:election  POST    unit            in   403  403  403  403  403  403  403  403  ok   ok   403  403  403
branches:units     GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403
branches:units     POST    -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
branches:detail    GET     unit            in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
posts:branch       GET     unit            in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404  404
posts:branch       POST    unit            in   404  404  404  403  403  403  404  403  ok   ok   404  404  404
posts:committee    GET     committee_unit  in   404  404  404  404  404  404  404  404  ok   ok   404  404  404
posts:committee    POST    committee_unit  in   404  404  404  404  404  404  404  404  403  ok   404  404  404
posts:end          GET     office          in   404  404  404  403  403  403  404  403  ok   ok   404  404  404
posts:end          POST    office          in   404  404  404  403  403  403  404  403  ok   ok   404  404  404
posts:withdraw     GET     far_office      in   404  404  404  403  403  403  404  403  ok   ok   404  404  404
posts:withdraw     POST    far_office      in   404  404  404  403  403  403  404  403  ok   ok   404  404  404
posts:withdraw     POST    office          in   404  404  404  403  403  403  404  403  409  409  404  404  404
stations:list      GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
stations:detail    GET     station         in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
appeals:duties     GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403  ok
appeals:duty       GET     category        in   403  403  403  403  403  403  403  403  ok   ok   403  403
appeals:duty       POST    category        in   403  403  403  403  403  403  403  403  ok   ok   403  403
facts:list         GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
rules:list         GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
dues:quote         GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
dues:quote         POST    -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
measures:list      GET     -               in   403  403  ok   ok   ok   ok   ok   ok   ok   ok   403  403  ok
measures:detail    GET     measure         in   403  403  ok   ok   ok   ok   ok   ok   ok   ok   403  403  ok
measures:edit      GET     measure         in   403  403  403  403  403  403  403  403  ok   ok   403  403
measures:edit      POST    measure         in   403  403  403  403  403  403  403  403  ok   ok   403  403
measures:progress  GET     measure         in   403  403  403  403  403  403  403  403  ok   ok   403  403
measures:progress  POST    measure         in   403  403  403  403  403  403  403  403  ok   ok   403  403
measures:evidence  GET     measure         in   403  403  403  403  403  403  403  403  ok   ok   403  403
measures:evidence  POST    measure         in   403  403  403  403  403  403  403  403  ok   ok   403  403
measures:unlink    POST    evidence        in   403  403  403  403  403  403  403  403  ok   ok   403  403
dues:list          GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403
dues:list          POST    -               in   403  403  403  ok   ok   403  400  ok   403  403  403  403
dues:mine          GET     -               in   404  404  ok   ok   ok   404  ok   404  404  404  404  404
dues:detail        GET     dues_member     in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
dues:approve       POST    dues_member     in   404  404  404  ok   ok   403  404  ok   403  403  404  404
dues:correct       POST    dues_member     in   404  404  404  ok   ok   403  404  ok   403  403  404  404
dues:undo          POST    dues_run        in   404  404  404  ok   404  404  404  404  404  404  404  404
calendar:now       GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
calendar:year      GET     year            in   403  403  403  403  403  403  403  403  ok   ok   403  403
calendar:edit      GET     year            in   403  403  403  403  403  403  403  403  ok   ok   403  403
calendar:edit      POST    year            in   403  403  403  403  403  403  403  403  400  400  403  403
calendar:confirm   POST    year            in   403  403  403  403  403  403  403  403  400  400  403  403
calendar:duty      GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
calendar:duty      POST    -               in   403  403  403  403  403  403  403  403  400  400  403  403
calendar:duty_remove POST    shift           in   403  403  403  403  403  403  403  403  ok   ok   403  403
members:tree       GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403  403
admission:list     GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403
admission:new      GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
admission:new      POST    -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
admission:detail   GET     asked_form      in   404  404  404  ok   ok   ok   ok   ok   ok   ok   404  404
admission:detail   GET     admitted_form   in   404  404  404  ok   ok   ok   ok   ok   ok   ok   404  404
admission:correct  GET     asked_form      in   404  404  404  403  403  403  403  403  ok   ok   404  404
admission:correct  POST    asked_form      in   404  404  404  403  403  403  403  403  ok   ok   404  404
admission:correct  POST    admitted_form   in   404  404  404  403  403  403  403  403  409  409  404  404
admission:renew    GET     admitted_form   in   404  404  404  403  403  403  403  403  ok   ok   404  404
admission:renew    POST    admitted_form   in   404  404  404  403  403  403  403  403  ok   ok   404  404
admission:renew    GET     asked_form      in   404  404  404  403  403  403  403  403  409  409  404  404
admission:decide   POST    asked_form      in   404  404  404  403  403  403  403  403  403  ok   404  404
admission:decide   POST    admitted_form   in   404  404  404  403  403  403  403  403  403  409  404  404
admission:remove   POST    asked_form      in   404  404  404  403  403  403  403  403  409  409  404  404
admission:remove   POST    admitted_form   in   404  404  404  403  403  403  403  403  ok   ok   404  404
meetings:list      GET     -               in   403  403  ok   ok   ok   ok   ok   ok   ok   ok   403  403
meetings:calendar  GET     -               in   403  403  ok   ok   ok   ok   ok   ok   ok   ok   403  403
meetings:subscription GET  -               in   403  403  ok   ok   ok   ok   ok   ok   ok   ok   403  403
meetings:subscription POST -               in   403  403  ok   ok   ok   ok   ok   ok   ok   ok   403  403
meetings:study     GET     -               in   403  403  ok   ok   ok   ok   ok   ok   ok   ok   403  403
meetings:study     POST    -               in   403  403  403  ok   ok   403  ok   ok   403  403  403  403
meetings:study_line GET    study_line      in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:study_line POST   study_line      in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:study_drop POST   study_line      in   404  404  403  ok   ok   403  404  ok   403  403  404  404
api:calendar       GET     -               404  404  404  404  404  404  404  404  404  404  404  404  404
meetings:export    GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
meetings:export    POST    -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
meetings:new       GET     -               in   403  403  403  ok   ok   403  ok   ok   403  403  403  403
meetings:new       POST    -               in   403  403  403  ok   ok   403  ok   ok   403  403  403  403
meetings:detail    GET     planned         in   404  404  ok   ok   ok   ok   404  ok   ok   ok   404  404
meetings:detail    GET     minutes         in   404  404  ok   ok   ok   ok   404  ok   ok   ok   404  404
meetings:edit      GET     planned         in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:edit      POST    planned         in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:edit      POST    planned,stale   in   404  404  403  409  409  403  404  409  403  403  404  404
meetings:edit      POST    minutes         in   404  404  403  409  409  403  404  409  403  403  404  404
meetings:record    GET     planned         in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:record    POST    planned         in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:record    POST    minutes         in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:record    POST    minutes,stale   in   404  404  403  409  409  403  404  409  403  403  404  404
meetings:cancel    POST    planned         in   404  404  403  ok   ok   403  404  ok   403  403  404  404
meetings:cancel    POST    minutes         in   404  404  403  409  409  403  404  409  403  403  404  404
meetings:see       POST    minutes         in   404  404  403  403  403  403  404  403  ok   ok   404  404
meetings:see       POST    planned         in   404  404  403  403  403  403  404  403  409  409  404  404
meetings:send_back POST    minutes         in   404  404  403  403  403  403  404  403  ok   ok   404  404
meetings:send_back POST    planned         in   404  404  403  403  403  403  404  403  409  409  404  404
members:list       GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403
members:new        GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
members:new        POST    -               in   403  403  403  ok   ok   403  400  ok   ok   ok   403  403
members:detail     GET     roster_member   in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
member-edit        GET     roster_member   in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:activation POST    roster_member   in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:edit       POST    roster_member   in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:number     POST    roster_member   in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:participate POST   roster_member   in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:float_out  POST    roster_member   in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
transfers:new      POST    roster_member   in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:participation_end GET participation in  404  404  404  ok   ok   403  ok   ok   ok   ok   404  404
members:participation_end POST participation in 404  404  404  ok   ok   403  ok   ok   ok   ok   404  404
members:activist_new GET   -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
members:activist_new POST  -               in   403  403  403  ok   ok   403  400  ok   ok   ok   403  403
members:activist  GET   activist_row    in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
members:activist_edit GET  activist_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:activist_edit POST activist_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:activist_end GET   activist_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:activist_end POST  activist_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:float_in   GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
members:float_in   POST    -               in   403  403  403  ok   ok   403  400  ok   ok   ok   403  403
members:floating  GET   floating_row    in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
members:floating_edit GET  floating_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:floating_edit POST floating_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:floating_end GET   floating_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
members:floating_end POST  floating_row    in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
transfers:detail   GET     moving_in       in   404  404  404  ok   ok   ok   ok   ok   ok   ok   404  404
transfers:receive  POST    moving_in       in   404  404  404  ok   ok   403  403  ok   ok   ok   404  404
transfers:cancel   POST    moving_in       in   404  404  404  403  403  403  ok   ok   ok   ok   404  404
transfers:detail   GET     moving_out      in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
transfers:close    POST    moving_out      in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
groups:list        GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403
groups:list        POST    -               in   403  403  403  ok   ok   403  400  ok   ok   ok   403  403
groups:detail      GET     party_group     in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
groups:detail      POST    party_group     in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
groups:dissolve    POST    party_group     in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
sheets:list        GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
sheets:import_new  GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
sheets:import_new  POST    -               in   403  403  403  400  400  403  400  400  400  400  403  403
sheets:template    GET     sheet_kind      in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
sheets:import      GET     roster_import   in   404  404  404  ok   404  404  404  404  404  404  404  404
sheets:rejected    GET     roster_import   in   404  404  404  ok   404  404  404  404  404  404  404  404
sheets:confirm     POST    roster_import   in   404  404  404  ok   404  404  404  404  404  404  404  404
sheets:discard     POST    roster_import   in   404  404  404  ok   404  404  404  404  404  404  404  404
sheets:export      GET     sheet_kind      in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
sheets:export      POST    sheet_kind      in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
sheets:columns     GET     sheet_kind      in   403  403  403  403  403  403  403  403  ok   ok   403  403
sheets:columns     POST    sheet_kind      in   403  403  403  403  403  403  403  403  ok   ok   403  403
sheets:reset       POST    sheet_kind      in   403  403  403  403  403  403  403  403  ok   ok   403  403
newcomers:list     GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
newcomers:detail   GET     newcomer        in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
newcomers:detail   GET     decided         in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
newcomers:confirm  POST    newcomer        in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
newcomers:confirm  POST    namesake        in   404  404  404  409  409  404  404  409  409  409  404  404
newcomers:confirm  POST    decided         in   404  404  404  409  409  404  404  409  409  409  404  404
newcomers:join     POST    namesake        in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
newcomers:join     POST    newcomer        in   404  404  404  400  400  404  404  400  400  400  404  404
newcomers:close    POST    newcomer        in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
newcomers:close    POST    others_newcomer in   404  404  404  404  404  404  ok   ok   ok   ok   404  404
newcomers:branch_poster  GET unit          in   403  403  403  ok   ok   ok   403  ok   ok   ok   403  403
newcomers:station_poster GET station       in   403  403  403  403  403  403  403  403  ok   ok   403  403
posters:door       GET     poster          ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
posters:door       POST    poster          ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
posters:receipt    GET     -               404  404  404  404  404  404  404  404  404  404  404  404  404
posters:password   POST    -               404  404  404  404  404  404  404  404  404  404  404  404  404
anchors:list       GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
an-anchor          GET     card            in   ok   404  ok   ok   ok   ok   404  ok   ok   ok   404  404
census:list        GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
census:new         GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
census:new         POST    -               in   403  403  403  403  403  403  403  403  400  400  403  403
census:template    GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
census:detail      GET     import          in   404  404  404  404  404  404  404  404  ok   ok   404  404
census:detail      GET     done            in   404  404  404  404  404  404  404  404  ok   ok   404  404
census:rejected    GET     import          in   404  404  404  404  404  404  404  404  ok   ok   404  404
census:rejected    GET     done            in   404  404  404  404  404  404  404  404  404  404  404  404
census:confirm     POST    import          in   404  404  404  404  404  404  404  404  ok   ok   404  404
census:confirm     POST    done            in   404  404  404  404  404  404  404  404  ok   ok   404  404
census:discard     POST    import          in   404  404  404  404  404  404  404  404  ok   ok   404  404
census:discard     POST    done            in   404  404  404  404  404  404  404  404  409  409  404  404
census:round       GET     round           in   404  404  404  404  404  404  404  404  ok   ok   404  404
phones:anchor      GET     card            in   403  404  ok   ok   ok   403  404  ok   ok   ok   404  404
phones:anchor      POST    card            in   403  404  ok   ok   ok   403  404  ok   ok   ok   404  404
phones:newcomer    GET     newcomer        in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
phones:newcomer    GET     decided         in   404  404  404  403  403  404  404  403  403  403  404  404
phones:newcomer    POST    newcomer        in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
activation:issue   GET     card            in   403  404  ok   ok   ok   403  404  ok   ok   ok   404  404
activation:issue   POST    card            in   403  404  ok   ok   ok   403  404  ok   ok   ok   404  404
api:activations    POST    card            in   403  404  ok   ok   ok   403  404  ok   ok   ok   404  404
contacts:list      GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
contacts:topics    GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
contacts:assign    GET     card            in   403  404  403  ok   ok   403  404  ok   ok   ok   404  404
assign             POST    card            in   403  404  403  ok   ok   403  404  ok   ok   ok   404  404
contacts:spread    GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
contacts:spread    POST    -,stale         in   403  403  403  409  409  403  400  409  409  409  403  403
contacts:spread_result GET run             in   404  404  404  404  404  404  404  ok   ok   ok   404  404
contacts:spread_undo POST  run             in   404  404  404  404  404  404  404  ok   ok   ok   404  404
contacts:mine      GET     -               in   ok   ok   403  403  403  403  403  403  403  403  403  403
contacts:wish      POST    -               in   ok   409  403  403  403  403  403  403  403  403  403  403
contacts:wish_back POST    -               in   ok   ok   403  403  403  403  403  403  403  403  403  403
contacts:decline   POST    -               in   ok   ok   403  403  403  403  403  403  403  403  403  403
contacts:accept    POST    -               in   ok   ok   403  403  403  403  403  403  403  403  403  403
contacts:log       POST    card            in   403  404  ok   403  403  403  404  403  403  403  404  404
contacts:log_delete POST   log             in   403  404  ok   404  404  404  404  404  404  404  404  404
anchors:own        GET     -               in   ok   ok   404  404  404  404  404  404  404  404  404  404
anchors:own_data   GET     -               in   ok   ok   404  404  404  404  404  404  404  404  404  404
anchors:withdraw   POST    -               in   ok   ok   404  404  404  404  404  404  404  404  404  404
anchors:agree      POST    -               in   ok   ok   404  404  404  404  404  404  404  404  404  404
an-edit            GET     card            in   ok   404  403  ok   ok   403  404  ok   ok   ok   404  404
anchors:correct    POST    card            in   ok   404  403  ok   ok   403  404  ok   ok   ok   404  404
anchors:account_new POST   card            in   ok   404  403  ok   ok   403  404  ok   ok   ok   404  404
anchors:account    GET     account         in   ok   404  403  ok   ok   403  404  ok   ok   ok   404  404
anchors:account    POST    account         in   ok   404  403  ok   ok   403  404  ok   ok   ok   404  404
anchors:account_drop POST  account         in   ok   404  403  ok   ok   403  404  ok   ok   ok   404  404
anchors:register   GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
anchors:register   POST    -               in   403  403  403  ok   ok   403  400  ok   ok   ok   403  403
anchors:export     GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
anchors:export     POST    -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
branches:enterprises GET   -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403
branches:enterprise_export GET -           in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
branches:enterprise_export POST -          in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
branches:enterprise_new GET -              in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
branches:enterprise_new POST -             in   403  403  403  ok   ok   403  400  ok   ok   ok   403  403
branches:enterprise GET    firm            in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
branches:enterprise_correct GET firm       in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
branches:enterprise_correct POST firm      in   404  404  404  ok   ok   403  404  ok   ok   ok   404  404
moves:list         GET     -               in   403  403  403  ok   403  403  ok   ok   ok   ok   403  403
moves:new          GET     -               in   403  403  403  ok   403  403  ok   ok   ok   ok   403  403
moves:new          POST    -               in   403  403  403  400  403  403  400  400  400  400  403  403
moves:detail       GET     moved           in   404  404  404  ok   ok   ok   ok   ok   ok   ok   404  404
moves:undo         POST    moved           in   404  404  404  403  403  403  403  403  ok   ok   404  404
merging:list       GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
merging:new        GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
merging:new        POST    -               in   403  403  403  400  400  403  400  400  400  400  403  403
merging:detail     GET     merged          in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
merging:undo       POST    merged          in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
reports:list       GET     -               in   403  403  403  ok   ok   ok   ok   ok   ok   ok   403  403
a-report           GET     owed            in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
a-report           GET     filed           in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
reports:word       GET     owed            in   404  404  404  409  409  409  404  409  409  409  404  404
reports:word       GET     filed           in   404  404  404  ok   ok   ok   404  ok   ok   ok   404  404
file               POST    owed            in   404  404  404  ok   403  403  404  403  403  403  404  404
file               POST    owed,stale      in   404  404  404  409  403  403  404  403  403  403  404  404
file               POST    filed           in   404  404  404  409  403  403  404  403  403  403  404  404
reports:rollup     GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:rollup_excel GET   -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:rollup_word GET    -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
api:report-rollup  GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:template   GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:template   POST    -               in   403  403  403  403  403  403  403  403  400  400  403  403
reports:template_restore POST -            in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:template_standard GET -            in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:template_current GET -             in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:event_new  GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
reports:event_new  POST    -               in   403  403  403  403  403  403  403  403  409  409  403  403
accept-report      POST    owed            in   404  404  404  403  403  403  404  403  409  409  404  404
accept-report      POST    filed           in   404  404  404  403  403  403  404  403  ok   ok   404  404
accept-report      POST    accepted        in   404  404  404  403  403  403  404  403  409  409  404  404
return-report      POST    owed            in   404  404  404  403  403  403  404  403  409  409  404  404
return-report      POST    filed           in   404  404  404  403  403  403  404  403  ok   ok   404  404
appeals:list       GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
appeals:new        GET     -               in   ok   ok   403  403  403  403  403  403  403  403  403  403
submit             POST    -               in   ok   ok   403  403  403  403  403  403  403  403  403  403
an-appeal          GET     fresh           in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     taken           in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     branch          in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     committee       in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     replied         in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     closed          in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     silent          in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     old             in   ok   404  404  ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     again           in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     critical        in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     elsewhere       in   404  ok   404  404  404  404  ok   ok   ok   ok   404  404
an-appeal          GET     scanned         in   404  404  404  ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     joined          in   404  ok   404  ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     anonymous       in   404  404  404  404  404  404  404  404  ok   ok   404  404
an-appeal          GET     dismissed       in   404  404  404  404  404  404  404  404  ok   ok   404  404
an-appeal          GET     unnamed         in   404  404  404  404  404  404  404  404  ok   ok   404  404
an-appeal          GET     returned        in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     waits           in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
a-file             GET     photo           in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
a-file             GET     inner_photo     in   404  404  ok   404  404  404  404  404  ok   ok   404  404
a-file             GET     fresh           in   404  404  404  404  404  404  404  404  404  404  404  404
appeals:seals      GET     -               in   403  403  403  403  403  403  403  403  ok   ok   audi 403
appeals:seal       GET     seal            in   403  403  403  403  403  403  403  403  ok   ok   audi 403
appeals:receipt    GET     fresh           in   ok   404  403  404  404  404  404  404  403  403  404  404
appeals:receipt    GET     elsewhere       in   404  ok   404  404  404  404  403  403  403  403  404  404
an-appeal          GET     sheeted         in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
lent-appeal        GET     lent            in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
lent-words         GET     lent            in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
dispatch           POST    lent            in   403  404  403  403  403  404  404  403  ok   ok   404  404
dispatch           POST    branch          in   403  404  403  409  409  404  404  409  403  403  404  404
dispatch-reply     POST    lent            in   403  404  403  403  403  404  404  403  403  403  404  404
supervise          POST    fresh           in   403  404  403  404  404  404  404  404  ok   ok   404  404
supervise          POST    lent            in   403  404  403  403  403  404  404  403  ok   ok   404  404
answer-sheet       POST    sheeted         in   403  404  ok   404  404  404  404  404  403  403  404  404
answer-sheet       POST    lent            in   403  404  403  403  403  404  404  403  409  409  404  404
appeals:dispatches GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
appeals:sheets     GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
appeals:sheet      GET     sheet           in   404  404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     follows         in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     agreed          in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
publish            POST    agreed          in   403  404  403  404  404  404  404  404  ok   ok   404  404
merge              POST    fresh           in   403  404  403  404  404  404  404  404  ok   ok   404  404
merge              POST    fresh,stale     in   403  404  403  404  404  404  404  404  409  409  404  404
merge              POST    follows         in   403  404  403  404  404  404  404  404  409  409  404  404
merge              POST    replied         in   403  404  403  404  404  404  404  404  409  409  404  404
answers            GET     -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
answer             GET     -               404  404  404  404  404  404  404  404  404  404  404  404  404
consent            POST    closed          in   ok   404  403  404  404  404  404  404  403  403  404  404
consent            POST    fresh           in   409  404  403  404  404  404  404  404  403  403  404  404
publish            POST    closed          in   403  404  403  404  404  404  404  404  409  409  404  404
publish            POST    fresh           in   403  404  403  404  404  404  404  404  409  409  404  404
appeals:statistics GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
appeals:statistics_export GET -            in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
api:statistics     GET     -               in   403  403  403  ok   ok   403  ok   ok   ok   ok   403  403
appeals:follow_ups GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
follow-up          POST    replied         in   403  404  403  404  404  404  404  404  ok   ok   404  404
follow-up          POST    silent          in   403  404  403  404  404  404  404  404  ok   ok   404  404
follow-up          POST    silent,stale    in   403  404  403  404  404  404  404  404  409  409  404  404
follow-up          POST    again           in   403  404  403  403  403  404  404  403  ok   ok   404  404
follow-up          POST    fresh           in   403  404  403  404  404  404  404  404  409  409  404  404
unmerge            POST    follows         in   403  404  403  404  404  404  404  404  ok   ok   404  404
unmerge            POST    fresh           in   403  404  403  404  404  404  404  404  409  409  404  404
accept             POST    follows         in   403  404  409  404  404  404  404  404  403  403  404  404
hand-up            POST    follows         in   409  404  409  404  404  404  404  404  403  403  404  404
an-appeal          GET     confidential    in   ok   404  404  ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     about_contact   in   ok   404  404  404  404  404  404  404  ok   ok   404  404
an-appeal          GET     about_branch    in   ok   404  404  404  404  404  404  404  ok   ok   404  404
an-appeal          GET     about_firm      in   ok   404  404  404  404  404  404  404  ok   ok   404  404
an-appeal          GET     recused         in   ok   404  ok   ok   404  404  404  ok   404  ok   404  404
accept             POST    anonymous       in   404  404  404  404  404  404  404  404  ok   ok   404  404
withdraw           POST    anonymous       in   404  404  404  404  404  404  404  404  403  403  404  404
confirm            POST    unnamed         in   404  404  404  404  404  404  404  404  403  403  404  404
api:trail          GET     fresh           in   ok   404  ok   404  404  404  404  404  ok   ok   404  404  ok
api:trail          GET     branch          in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404  ok
api:trail          GET     closed          in   ok   404  ok   404  404  404  404  404  ok   ok   404  404  ok
api:trail          GET     elsewhere       in   404  ok   404  404  404  404  ok   ok   ok   ok   404  404  ok
api:trail          GET     lent            in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404  ok
api:trail          GET     anonymous       in   404  404  404  404  404  404  404  404  ok   ok   404  404  ok
viewers            GET     fresh           in   ok   404  403  404  404  404  404  404  403  403  404  404
viewers            GET     branch          in   ok   404  403  403  403  404  404  403  403  403  404  404
viewers            GET     elsewhere       in   404  ok   404  404  404  404  403  403  403  403  404  404
viewers            GET     anonymous       in   404  404  404  404  404  404  404  404  403  403  404  404
appeals:grant_words GET    branch          in   403  404  403  403  403  404  404  403  403  ok   404  404
appeals:grant_words POST   branch          in   403  404  403  403  403  404  404  403  403  ok   404  404
appeals:erase      GET     branch          in   403  404  403  403  403  404  404  403  403  ok   404  404
appeals:erase      POST    branch          in   403  404  403  403  403  404  404  403  403  ok   404  404
appeals:audit      GET     -               in   403  403  403  403  403  403  403  403  403  403  403  403  ok
appeals:audit_records GET  -               in   403  403  403  403  403  403  403  403  403  403  403  403  ok
appeals:audit_trail GET    fresh           in   404  404  404  404  404  404  404  404  404  404  404  404  ok
appeals:audit_trail GET    anonymous       in   404  404  404  404  404  404  404  404  404  404  404  404  ok
receipts:viewers   GET     -               404  404  404  404  404  404  404  404  404  404  404  404  404
receipts:attachment GET    -               404  404  404  404  404  404  404  404  404  404  404  404  404
api:receipt-viewers GET    code-of-unnamed ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
appeals:anonymous  GET     -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
appeals:anonymous  POST    -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
receipts:receipt   GET     -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
receipts:receipt   POST    code-of-unnamed         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
receipts:close     POST    -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
receipts:confirm   POST    -               404  404  404  404  404  404  404  404  404  404  404  404  404
receipts:reopen    POST    -               404  404  404  404  404  404  404  404  404  404  404  404  404
receipts:supplement POST   -               404  404  404  404  404  404  404  404  404  404  404  404  404
receipts:review    POST    -               404  404  404  404  404  404  404  404  404  404  404  404  404
api:receipt-supplement POST code-of-anonymous ok ok  ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:receipt-review POST    code-of-unnamed 409  409  409  409  409  409  409  409  409  409  409  409  409
receipts:withdraw  POST    -               404  404  404  404  404  404  404  404  404  404  404  404  404
api:receipt        GET     code-of-unnamed         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:receipt-confirm POST   code-of-unnamed         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:receipt-reopen POST    code-of-unnamed         ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:receipt-withdraw POST  code-of-unnamed         409  409  409  409  409  409  409  409  409  409  409  409  409
an-appeal          GET     paused          in   ok   404  ok   404  404  404  404  404  ok   ok   404  404
an-appeal          GET     refused         in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
an-appeal          GET     busy            in   ok   404  ok   ok   ok   404  404  ok   ok   ok   404  404
accept             POST    joined          in   404  403  404  ok   ok   404  404  ok   403  403  404  404
hand-up            POST    joined          in   404  409  404  ok   ok   404  404  ok   403  403  404  404
withdraw           POST    joined          in   404  ok   404  403  403  404  404  403  403  403  404  404
accept             POST    fresh           in   403  404  ok   404  404  404  404  404  403  403  404  404
accept             POST    fresh,stale     in   403  404  409  404  404  404  404  404  403  403  404  404
accept             POST    taken           in   403  404  409  404  404  404  404  404  403  403  404  404
accept             POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
accept             POST    branch,stale    in   403  404  409  409  409  404  404  409  403  403  404  404
accept             POST    committee       in   403  404  403  403  403  404  404  403  ok   ok   404  404
accept             POST    replied         in   403  404  409  404  404  404  404  404  403  403  404  404
accept             POST    closed          in   403  404  409  404  404  404  404  404  403  403  404  404
accept             POST    old             in   403  404  404  409  409  404  404  409  403  403  404  404
accept             POST    critical        in   403  404  ok   403  403  404  404  403  403  403  404  404
accept             POST    elsewhere       in   404  403  404  404  404  404  ok   ok   403  403  404  404
note               POST    fresh           in   403  404  409  404  404  404  404  404  403  403  404  404
note               POST    taken           in   403  404  ok   404  404  404  404  404  403  403  404  404
note               POST    taken,stale     in   403  404  409  404  404  404  404  404  403  403  404  404
note               POST    committee       in   403  404  409  409  409  404  404  409  409  409  404  404
note               POST    fresh,inner     in   403  404  ok   404  404  404  404  404  403  403  404  404
note               POST    committee,inner in   403  404  ok   ok   ok   404  404  ok   ok   ok   404  404
note               POST    closed,inner    in   403  404  ok   404  404  404  404  404  403  403  404  404
note               POST    old,inner       in   403  404  404  409  409  404  404  409  403  403  404  404
hand-up            POST    fresh           in   ok   404  ok   404  404  404  404  404  403  403  404  404
hand-up            POST    fresh,stale     in   409  404  409  404  404  404  404  404  403  403  404  404
hand-up            POST    taken           in   ok   404  ok   404  404  404  404  404  403  403  404  404
hand-up            POST    branch          in   409  404  403  ok   ok   404  404  ok   403  403  404  404
hand-up            POST    committee       in   409  404  403  403  403  404  404  403  409  409  404  404
hand-up            POST    replied         in   409  404  409  404  404  404  404  404  403  403  404  404
reply              POST    fresh           in   403  404  ok   404  404  404  404  404  403  403  404  404
reply              POST    taken           in   403  404  ok   404  404  404  404  404  403  403  404  404
reply              POST    taken,stale     in   403  404  409  404  404  404  404  404  403  403  404  404
reply              POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
reply              POST    committee       in   403  404  403  403  403  404  404  403  ok   ok   404  404
reply              POST    replied         in   403  404  409  404  404  404  404  404  403  403  404  404
reply              POST    old             in   403  404  404  409  409  404  404  409  403  403  404  404
confirm            POST    fresh           in   409  404  403  404  404  404  404  404  403  403  404  404
confirm            POST    replied         in   ok   404  403  404  404  404  404  404  403  403  404  404
confirm            POST    replied,stale   in   409  404  403  404  404  404  404  404  403  403  404  404
confirm            POST    again           in   ok   404  403  403  403  404  404  403  403  403  404  404
confirm            POST    closed          in   409  404  403  404  404  404  404  404  403  403  404  404
confirm            POST    silent          in   ok   404  403  404  404  404  404  404  403  403  404  404
reopen             POST    fresh           in   409  404  403  404  404  404  404  404  403  403  404  404
reopen             POST    replied         in   ok   404  403  404  404  404  404  404  403  403  404  404
reopen             POST    replied,stale   in   409  404  403  404  404  404  404  404  403  403  404  404
reopen             POST    again           in   409  404  403  403  403  404  404  403  403  403  404  404
reopen             POST    closed          in   409  404  403  404  404  404  404  404  403  403  404  404
withdraw           POST    fresh           in   ok   404  403  404  404  404  404  404  403  403  404  404
withdraw           POST    fresh,stale     in   409  404  403  404  404  404  404  404  403  403  404  404
withdraw           POST    committee       in   ok   404  403  403  403  404  404  403  403  403  404  404
withdraw           POST    replied         in   409  404  403  404  404  404  404  404  403  403  404  404
withdraw           POST    closed          in   409  404  403  404  404  404  404  404  403  403  404  404
withdraw           POST    elsewhere       in   404  ok   404  404  404  404  403  403  403  403  404  404
recuse             POST    fresh           in   403  404  403  404  404  404  404  404  ok   ok   404  404
recuse             POST    branch          in   403  404  403  403  403  404  404  403  ok   ok   404  404
recuse             POST    branch,stale    in   403  404  403  403  403  404  404  403  409  409  404  404
recuse             POST    closed          in   403  404  403  404  404  404  404  404  ok   ok   404  404
recuse             POST    recused         in   403  404  403  403  404  404  404  403  404  ok   404  404
accept             POST    confidential    in   403  404  404  ok   ok   404  404  ok   403  403  404  404
accept             POST    recused         in   403  404  403  ok   404  404  404  ok   404  403  404  404
an-appeal          GET     checked         in   404  ok   404  404  404  404  ok   ok   ok   ok   404  404
an-appeal          GET     drafted         in   404  ok   404  404  404  404  ok   ok   ok   ok   404  404
reply              POST    checked         in   404  403  404  404  404  404  409  409  403  403  404  404
reply              POST    drafted         in   404  403  404  404  404  404  409  409  403  403  404  404
release            POST    branch          in   403  404  403  409  409  404  404  409  403  403  404  404
release            POST    fresh           in   403  404  409  404  404  404  404  404  403  403  404  404
release            POST    checked         in   404  403  404  404  404  404  ok   ok   403  403  404  404
release            POST    checked,stale   in   404  403  404  404  404  404  409  409  403  403  404  404
release            POST    drafted         in   404  403  404  404  404  404  409  409  403  403  404  404
decide-release     POST    checked         in   404  403  404  404  404  404  409  409  403  403  404  404
decide-release     POST    drafted         in   404  403  404  404  404  404  409  ok   403  403  404  404
appeals:hints      POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
appeals:hints      POST    closed          in   403  404  403  404  404  404  404  404  403  403  404  404
transfer           POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
return             POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
decide-return      POST    branch          in   403  404  403  403  403  404  404  403  409  409  404  404
decide-return      POST    returned        in   403  404  403  403  403  404  404  403  ok   ok   404  404
assign-holder      POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
reclassify         POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
extend             POST    taken           in   403  404  ok   404  404  404  404  404  403  403  404  404
decide-extension   POST    waits           in   403  404  403  ok   ok   404  404  ok   403  403  404  404
answering:templates GET    -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
answering:template_new GET -               in   403  403  403  403  403  403  403  403  ok   ok   403  403
answering:template_new POST -              in   403  403  403  403  403  403  403  403  ok   ok   403  403
answering:template_change GET template     in   403  403  403  403  403  403  403  403  ok   ok   403  403
answering:template_change POST template    in   403  403  403  403  403  403  403  403  ok   ok   403  403
answering:template_retire POST template    in   403  403  403  403  403  403  403  403  ok   ok   403  403
api:reply-templates GET    -               in   403  403  ok   ok   ok   403  ok   ok   ok   ok   403  403
branches:reply_check POST  unit            in   403  403  403  403  403  403  403  403  ok   ok   403  403
branches:committee_reply_check POST committee_unit in 403 403 403 403  403  403  403  403  ok   ok   403  403
suspend            POST    taken           in   403  404  ok   404  404  404  404  404  403  403  404  404
suspend            POST    taken,stale     in   403  404  409  404  404  404  404  404  403  403  404  404
suspend            POST    fresh           in   403  404  409  404  404  404  404  404  403  403  404  404
suspend            POST    waits           in   403  404  409  403  403  404  404  403  403  403  404  404
suspend            POST    paused          in   403  404  409  404  404  404  404  404  403  403  404  404
resume             POST    paused          in   403  404  ok   404  404  404  404  404  403  403  404  404
resume             POST    taken           in   403  404  409  404  404  404  404  404  403  403  404  404
reply              POST    paused          in   403  404  409  404  404  404  404  404  403  403  404  404
supplement         POST    fresh           in   ok   404  403  404  404  404  404  404  403  403  404  404
supplement         POST    paused          in   ok   404  403  404  404  404  404  404  403  403  404  404
supplement         POST    committee       in   ok   404  403  403  403  404  404  403  403  403  404  404
supplement         POST    replied         in   409  404  403  404  404  404  404  404  403  403  404  404
supplement         POST    closed          in   409  404  403  404  404  404  404  404  403  403  404  404
refer              POST    busy            in   403  404  403  ok   ok   404  404  ok   403  403  404  404
refer              POST    branch          in   403  404  403  409  409  404  404  409  403  403  404  404
refer              POST    taken           in   403  404  409  404  404  404  404  404  403  403  404  404
refuse             POST    branch          in   403  404  403  ok   ok   404  404  ok   403  403  404  404
refuse             POST    committee       in   403  404  403  403  403  404  404  403  ok   ok   404  404
refuse             POST    busy            in   403  404  403  409  409  404  404  409  403  403  404  404
refuse             POST    fresh           in   403  404  409  404  404  404  404  404  403  403  404  404
review             POST    refused         in   ok   404  403  403  403  404  404  403  403  403  404  404
review             POST    closed          in   ok   404  403  404  404  404  404  404  403  403  404  404
review             POST    closed,stale    in   409  404  403  404  404  404  404  404  403  403  404  404
review             POST    silent          in   ok   404  403  404  404  404  404  404  403  403  404  404
review             POST    old             in   409  404  404  403  403  404  404  403  403  403  404  404
review             POST    replied         in   409  404  403  404  404  404  404  404  403  403  404  404
api:token          POST    -               ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:token          DELETE  -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:tokens         DELETE  -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:me             GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:categories     GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:appeals        GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:anchors        GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:branches       GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:branch         GET     unit            in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:dues-quote     GET     -               in   400  400  400  400  400  400  400  400  400  400  400  400  400
api:partners       GET     -               in   403  403  403  403  403  403  403  403  ok   ok   403  403  403
api:stations       GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:reports        GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:notices        GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:schema         GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
api:docs           GET     -               in   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok   ok
"""
# What goes along, beside `version`; the page ticks words where the API says true.
SENT = {
    "login": {"username": "stranger", "password": scenes.PASSWORD},
    "api:token": {"username": "stranger", "password": scenes.PASSWORD},
    "redeem": {"phone": "13807900002", "password": "风从仙女湖上吹来", "agree": True},
    # The cast has no passwords, so the old one is wrong: whoever is logged in may try.
    "password": {"old_password": "不是这个", "new_password": "风从仙女湖上吹来"},
    "end_session": {"session": "others"},
    "submit": {"kind": "appeal", "category": "A", "body": "昨天的事。", "agree": "on"},
    "posters:door": {"name": "罗小满", "phone": "13807901234", "category": "A", "body": "昨天的事。", "agree": "on"},
    "posts:branch": {"role": "PUBLICITY", "since": "2026-01-15"},
    "posts:committee": {"role": "STAFF", "since": "2026-01-15"},
    "posts:end": {"until": "2026-01-15"},
    "posts:withdraw": {"reason": "选错了人"},
    "branches:new": {
        "name": "演示文旅联合党支部", "short_name": "文旅支部", "form": "JOINT", "established_on": "2025-03-01",
    },
    "branches:withdraw": {"reason": "登记重了。"},
    "branches:correct": {
        "name": "演示文旅联合党支部", "short_name": "文旅支部", "form": "JOINT", "established_on": "2020-01-01",
    },
    "branches:election": {"elected_on": "2026-01-15"},
    "meetings:subscription": {"do": "renew"},
    "meetings:study": {"span": "M11", "kind": "LECTURE", "theme": "学别的"},
    "meetings:study_line": {"span": "M11", "kind": "LECTURE", "theme": "学别的"},
    "meetings:export": {"reason": "年终归档"},
    "meetings:new": {"kind": "SEMINAR", "title": "学新规", "starts_at": "2026-11-20T19:30", "place": "电商园"},
    "meetings:edit": {"title": "学新规", "starts_at": "2026-11-20T19:30", "place": "电商园"},
    "meetings:record": {"content": "逐条学了。"},
    "meetings:cancel": {"reason": "下大雨"},
    "meetings:send_back": {"reason": "请补决议"},
    "dues:quote": {"base": "5001"},
    "dues:list": {"members": "dues_member", "through": "2026-10"},
    "dues:approve": {"amount": "75.02", "version": 1},
    "dues:correct": {"through": "2026-08", "reason": "多登记了一个月", "version": 1},
    "branches:units": {"department-1": "市委组织部", "department-2": "市委社会工作部"},
    "members:new": {"name": "方小满", "branch": "unit", "standing": "FULL", "joined_on": "2020-07-01"},
    "members:edit": {"name": "周映红", "standing": "FULL", "joined_on": "2015-07-01", "version": 1},
    "members:number": {"why": "CHECK"},
    "members:participate": {"branch": "other_unit", "since": "2026-01-15"},
    "members:participation_end": {"until": "2026-06-30"},
    "members:activist_new": {"name": "方小满", "branch": "unit", "since": "2026-01-15"},
    "members:activist_edit": {"name": "申小禾", "since": "2026-01-15", "version": 1},
    "members:activist_end": {"until": "2026-06-30"},
    "members:float_out": {"place": "深圳", "reason": "务工", "since": "2026-01-15"},
    "members:float_in": {
        "name": "方小满", "branch": "unit", "home": "某县某党支部", "place": "新余", "reason": "务工",
        "since": "2026-01-15",
    },
    "members:floating_edit": {"place": "广州", "reason": "务工", "since": "2026-01-15", "version": 1},
    "members:floating_end": {"until": "2026-06-30"},
    "transfers:new": {"to_name": "某县某党委", "letter_on": "2026-01-15"},
    "transfers:receive": {"on": "2026-01-20"},
    "transfers:close": {"on": "2026-02-01"},
    "transfers:cancel": {"reason": "本人不转了。"},
    "groups:list": {"branch": "unit", "name": "第二党小组"},
    "groups:detail": {"name": "第一党小组", "version": 1},
    "sheets:export": {"reason": "年报核对"},
    "sheets:columns": {row.field: row.title for row in standard()["members"]},
    "admission:new": {
        "title": "夜班补贴情况", "owner": "市商务局", "basis": "演示文件", "period": "year", "since": "2026-11-01",
        "expires_on": "2036-10-31", "people": 0, "money": 0, "items_before": 3, "items_after": 2,
    },
    "appeals:duty": {"basis": "党委会 11 月定的", "since": "2026-11-01"},
    "admission:correct": {
        "title": "直播间用工情况", "owner": "市商务局", "basis": "演示文件", "period": "year", "since": "2026-11-01",
        "expires_on": "2036-10-31", "people": 0, "money": 0, "items_before": 3, "items_after": 2, "version": 1,
    },
    "admission:renew": {
        "title": "主播培训情况", "owner": "市商务局", "basis": "演示文件", "period": "year", "since": "2036-01-01",
        "expires_on": "2036-12-31", "people": 0, "money": 0, "items_before": 3, "items_after": 2,
    },
    "admission:decide": {"granted": "yes", "reason": "有依据。", "version": 1},
    "admission:remove": {"reason": "没人用。"},
    "posters:password": {"password": scenes.PASSWORD},
    "appeals:anonymous": {"kind": "appeal", "category": "A", "body": "昨天的事。", "agree": "on"},
    "api:receipt-confirm": {"outcome": "RESOLVED", "rating": 5, "contacted": "yes"},
    "api:receipt-supplement": {"text": "上个月的也没发。"},
    "api:receipt-review": {"text": "没有查清楚。"},
    "api:receipt-reopen": {"text": "还没有给看。"},
    "appeals:erase": {"seq": "1", "reason": "本人要求删除", "sure": "on"},
    "appeals:grant_words": {"reason": "抽查答复"},
    "note": {"text": "问过网点。"},
    "reply": {"text": "赔 300 元。"},
    "recuse": {"branch": "other_unit", "text": "是当事人。"},
    "appeals:hints": {"text": "赔 300 元。"},
    "answering:template_new": {"title": "新的一份", "text": "办好了。"},
    "answering:template_change": {"title": "改过的一份", "text": "办好了。"},
    "measures:edit": {"state": "MOVING"},
    "measures:progress": {"text": "新开了一个驿站。"},
    "measures:evidence": {"record": "station"},
    "release": {"text": "赔 300 元。"},
    "decide-release": {"granted": "yes"},
    "transfer": {"branch": "other_unit", "text": "归那边联系。"},
    "return": {"reason": "NOT_OURS", "text": "不归支部办。"},
    "decide-return": {"granted": "yes"},
    "assign-holder": {"holder": "officer"},
    "reclassify": {"category": "B1"},
    "dispatch": {"partner": "bank", "text": "请查一笔货款。", "days": 1},
    "dispatch-reply": {"text": "查到了，明天送回。"},
    "supervise": {"reason": "OVERDUE", "grade": "KEY", "text": "三天内给个说法。", "days": 3},
    "answer-sheet": {"text": "约好周三上门。"},
    "extend": {"days": 1, "text": "对方要等答复。", "plan": "周四再问。"},
    "decide-extension": {"granted": "yes"},
    "follow-up": {"reached": "yes", "contacted": "yes", "outcome": "RESOLVED", "rating": 4},
    "consent": {"granted": "yes"},
    "reports:event_new": {"subject": "台风停播情况", "day": "2026-10-12"},
    "return-report": {"reason": "走访少记了一条。"},
    "publish": {"title": "样品怎么赔", "question": "样品压坏了。", "answer": "按损失赔。"},
    "merge": {"lead": "taken"},
    "suspend": {"reason": "WAITS_FOR_ANCHOR", "days": 3, "text": "请补一张回单。"},
    "supplement": {"text": "单号在这里。"},
    "refer": {"reason": "OTHER_DUTY", "text": "这件归城管。"},
    "refuse": {"reason": "OTHER_DUTY", "text": "这件归城管。"},
    "review": {"text": "城管说不归他们。"},
    "confirm": {"outcome": "RESOLVED", "rating": 5, "contacted": "yes"},
    "reopen": {"text": "还没有赔。"},
    "contacts:log": {"channel": "PHONE", "topic": "A"},
    "phones:anchor": {"why": "APPEAL"},
    "phones:newcomer": {"why": "CONFIRM"},
    "anchors:register": {
        "name": "方小满", "phone": "13907900077", "branch": "unit", "stage_name": "小满", "sex": "2",
        "kind": "FULL_TIME",
    },
    "anchors:correct": {"stage_name": "小禾说鞋", "sex": "2", "kind": "FULL_TIME"},
    "anchors:account_new": {"platform": "JD", "nickname": "小禾京东", "followers_band": "UNDER_1K"},
    "anchors:account": {"followers_band": "UNDER_10K"},
    "anchors:export": {"reason": "助农报名核对"},
    "branches:enterprise_export": {"reason": "摸排核对"},
    "branches:enterprise_correct": {"name": "万商红产业新城", "kind": "PARK", "branch": "unit"},
    "branches:enterprise_new": {"name": "仙鹤供应链", "kind": "SUPPLY", "branch": "unit"},
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Line:
    """One line of the table."""

    def __init__(self, words, columns):
        self.url, self.method, row = words[:3]
        self.row, _, self.flavour = row.replace("code-of-", "code of ").partition(",")
        cells = words[3:]
        if len(cells) < len(columns):
            cells = [*cells, cells[columns.index("none")]]
        self.cells = dict(zip(columns, cells, strict=True))
        self.cells["cler"] = CLERK.get((self.url, self.row), self.cells["none"])
        self.doors = DOORS.get(self.url, (self.url,))

    def said(self, person, column):
        said = self.cells[column]
        return AUDITED[person == "auditor"] if said == "audi" else said

    def address(self, door, scene):
        if self.row == "-":
            return address_of(door)
        row = scene.rows[self.row]
        return address_of(door, row.pk, getattr(row, "uuid", NO_UUID))

    def data(self, scene):
        sent = dict(SENT.get(self.url, {}))
        if sent.get("branch") == "unit":
            sent["branch"] = scene.rows["unit"].pk
        if sent.get("branch") == "other_unit":
            sent["branch"] = scene.city.other_branch.pk
        if sent.get("record") == "station":
            sent["record"] = f"station-{scene.rows['station'].pk}"
        if sent.get("holder") == "officer":
            sent["holder"] = scene.city.officer.pk
        if sent.get("lead") == "taken":
            sent["lead"] = scene.rows["taken"].pk
        if sent.get("members") == "dues_member":
            sent["members"] = scene.rows["dues_member"].pk
        if sent.get("partner") == "bank":
            sent["partner"] = scene.city.bank.pk
        if self.flavour == "inner":
            sent["internal"] = True
        if self.url in ("posts:branch", "posts:committee"):
            sent["person"] = scene.city.member.pk
        if self.url == "redeem":
            sent["code"] = scene.code
        if self.url == "api:activations":
            sent["anchor"] = scene.rows["card"].pk
        if self.url == "assign":
            sent["member"] = scene.city.officer.pk
        if self.url == "contacts:spread":
            sent |= {"members": scene.city.member.pk, "mark": "of another list"}
        if self.url == "newcomers:join":
            sent["anchor"] = scene.city.anchor.anchor.pk
        if self.url == "appeals:grant_words":
            today = timezone.localdate().isoformat()
            sent |= {"auditor": scene.city.auditor.pk, "since": today, "until": today}
        if self.url == "receipts:receipt":
            sent["code"] = scene.rows["code of unnamed"].pk
        if self.url in ("submit", "posters:door", "appeals:anonymous"):
            sent["submit_key"] = str(uuid.uuid4())
        row = scene.rows.get(self.row)
        if self.row == "study_line":
            sent["seen"] = row.digest
        if hasattr(row, "version"):
            row.refresh_from_db()
            sent["version"] = row.version - (self.flavour == "stale")
        return sent


def read_table():
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return [Line(words, head[3:]) for words in lines]


LINES = read_table()
VISIBLE = {line.row: line.cells for line in LINES if line.url in ("an-appeal", "lent-appeal")}
PEOPLE = [(person, column) for column, people in WHO.items() for person in people]
QUICK = ("anonymous",)  # whom make test-fast asks; each of the others takes a quarter of a minute


def cell(visitor, line, door, scene):
    """What the table calls the answer."""
    data = line.data(scene) if line.method == "POST" else None
    headers = {"Idempotency-Key": data["submit_key"]} if data and "submit_key" in data else {}
    if door.startswith("api:") and data and "contacted" in data:
        data["contacted"] = True
    if door.startswith("api:") and data and "reached" in data:
        data["reached"] = True
    if door.startswith("api:") and data and "granted" in data:
        data["granted"] = True
    response = visitor.ask(line.method, line.address(door, scene), data, **headers)
    if response.status_code == 302 and response.url.startswith("/admin/login/"):
        response = visitor.ask("GET", response.url)  # Django's own door, which is ours
    if response.status_code == 401:
        return "in"
    if response.status_code == 302:
        return "in" if response.url.startswith(f"{reverse('login')}?") else "ok"
    if line.method == "POST" and response.status_code == 403 and "登录已经过期" in response.content.decode():
        return "in"  # with what was typed
    return "ok" if 200 <= response.status_code < 300 else str(response.status_code)


@pytest.fixture
def scene(scene_of_module):
    return scene_of_module


def test_the_table_knows_every_url():
    assert {door for line in LINES for door in line.doors} == set(named_urls())


@pytest.mark.parametrize(
    ("person", "column"),
    [
        pytest.param(person, column, id=person, marks=() if person in QUICK else pytest.mark.slow)
        for person, column in shared(PEOPLE)
    ],
)
def test_everybody_gets_what_the_table_says(scene, person, column):
    visitor, wrong = Visitor(scene.city, person), []
    for line in LINES:
        for door in line.doors:
            with rolled_back():
                got = cell(visitor, line, door, scene)
            said = line.said(person, column)
            if got != said:
                wrong.append(f"{line.method} {door} {line.row} {line.flavour}: {got}, not {said}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_every_other_method_is_refused(scene):
    """405, whoever asks; by somebody who may come in, and even for rows that are not there."""
    known = {door: {line.method for line in LINES if door in line.doors} for line in LINES for door in line.doors}
    visitor, wrong = Visitor(scene.city, "chief"), []
    for line in LINES:
        for door in line.doors:
            for method in METHODS:
                if method in known[door] or door == "admin":
                    continue
                status = visitor.ask(method, line.address(door, scene)).status_code
                if status != 405:
                    wrong.append(f"{method} {door}: {status}")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_djangos_admin_shows_code_lists_calendar_and_sweeps():
    assert {model._meta.label for model in admin.site._registry} == {
        "appeals.Category", "appeals.ServiceLevel", "branches.Division", "branches.Fact", "branches.Rule",
        "branches.WorkDay", "notices.Sweep",
    }


# The list of a unit is of another shape: tests/appeals/test_dispatching.py.
READERS = [(person, column) for person, column in PEOPLE[2:] if person != "clerk"]
HIDDEN_FROM = [
    (people[0], column) for column, people in WHO.items() if any(cells[column] != "ok" for cells in VISIBLE.values())
]


@pytest.mark.slow
class TestHidden:
    """What `visible_to` hides is in no list, count, search, notice, record or answer of the API."""

    def addresses(self, scene):
        """Every page and list that reads, narrowed in every way, as (address, query)."""
        for line in LINES:
            if line.method == "GET" and line.row in ("-", "unit", "card", "owed", "filed"):
                yield from ((line.address(door, scene), {}) for door in line.doors)
        for report in ("owed", "filed"):
            for figure in figure_kinds():
                yield reverse("reports:records", args=[scene.rows[report].pk, figure.code]), {}
        work, api = reverse("appeals:list"), reverse("api:appeals")
        running = ("open", "waiting", "handling", "soon", "late", "suspended", "todo", "handed")
        for tab in (*running, "replied", "closed", "judge"):
            yield work, {"tab": tab}
            yield work, {"tab": tab, "own": 1}
        for figure in statistics.TITLES:
            yield work, {"tab": "figure", "figure": figure}
        for q in ("SQ-", "了"):
            yield from ((work, {"q": q, "tab": "open"}), (work, {"q": q, "tab": "closed"}), (api, {"q": q}))
        for appeal in scene.appeals.values():
            yield api, {"q": appeal.number}
        for level in ("MEMBER", "BRANCH", "COMMITTEE"):
            yield from ((work, {"level": level}), (api, {"level": level}))
        for holder in ("us", "me"):
            yield work, {"holder": holder}
        yield from ((api, {"category": code}) for code in ("A", "A2", "L2"))

    @pytest.mark.parametrize(("person", "column"), shared(HIDDEN_FROM))
    def test_hidden_appeals_are_nowhere(self, scene, person, column):
        visitor, wrong = Visitor(scene.city, person), []
        hidden = [row for name, row in scene.appeals.items() if VISIBLE[name][column] != "ok"]
        unread = scene.appeals.values() if person == "clerk" else hidden  # what is lent has no title for a unit
        for url, query in self.addresses(scene):
            text = readable(visitor.get(url, **query))
            wrong += [f"{url} {query}: {row.title}" for row in unread if row.title in text]
            # A notice keeps its number when the sight of the appeal has ended; the auditor's lists are of numbers.
            if "notices" not in url and column != "audi":
                wrong += [f"{url} {query}: {row.number}" for row in hidden if row.number in text]
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize(("person", "column"), shared(READERS))
    def test_lists_hold_and_count_what_is_visible(self, scene, person, column):
        visitor, visible = Visitor(scene.city, person), {n for n in VISIBLE if VISIBLE[n][column] == "ok"}
        listed = visitor.get(reverse("api:appeals")).json()["results"]
        assert {row["title"] for row in listed} == {scenes.TITLES[name] for name in visible}
        counts = visitor.get(reverse("appeals:list")).context.get("counts", {})
        whole = {"open", "judge", "suspended", "replied", "closed", "todo", "handed"} & set(counts)
        assert sum(counts[tab] for tab in whole) == len(visible)

    def test_a_notice_leads_to_what_its_reader_may_see(self, scene):
        """Or, where an officer hears of what is still with the contact, nowhere."""
        ended = scene.rows["old"]
        for notice in Notice.objects.filter(url__regex="^/appeals/[0-9]").select_related("recipient"):
            pk = int(notice.url.split("/")[2])
            if pk != ended.pk:
                assert Appeal.objects.known_to(notice.recipient).filter(pk=pk).exists(), (notice, notice.recipient)


class TestHatsThatChange:
    def status(self, scene, person, name):
        return Visitor(scene.city, person).ask("GET", reverse("appeals:detail", args=[scene.rows[name].pk])).status_code

    def test_who_held_it_at_the_branch_keeps_sight_when_the_post_ends(self, scene):
        services.accept(scene.rows["branch"], actor=scene.city.officer)
        Post.objects.filter(user=scene.city.officer).delete()
        assert self.status(scene, "officer", "branch") == 200
        assert self.status(scene, "officer", "old") == self.status(scene, "officer", "committee") == 404

    def test_a_contact_who_is_replaced_keeps_the_old_and_gets_no_new(self, scene):
        anchor = scene.city.anchor.anchor
        anchor.contact = scene.city.publicity
        anchor.save()
        assert self.status(scene, "member", "closed") == 200
        assert self.status(scene, "publicity", "closed") == 404

    def test_nobody_handles_an_own_appeal(self, scene):
        Post.objects.create(
            user=scene.city.anchor, role=Role.STAFF, committee=scene.city.committee, since=date(2025, 1, 1)
        )
        visitor = Visitor(scene.city, "anchor")
        for line in LINES:
            if line.url in ("accept", "reply", "note") and line.row == "committee":
                for door in line.doors:
                    assert cell(visitor, line, door, scene) == "403", (door, line.flavour)

    def test_a_disabled_accounts_token_opens_nothing(self, scene):
        assert Visitor(scene.city, "disabled").ask("GET", reverse("api:me")).status_code == 401

    def test_the_session_cookie_is_what_lets_in(self, scene):
        visitor = Visitor(scene.city, "chief")
        visitor.cookies[settings.SESSION_COOKIE_NAME] = "x"
        assert visitor.ask("GET", reverse("appeals:list")).url.startswith("/login/")
