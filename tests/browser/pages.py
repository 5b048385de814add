"""Every page of ours: its addresses, and who may read it. An address that is not here fails the test."""

from datetime import date

from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone

from anchors.census.models import Import, Round
from anchors.contacts.models import ContactSpread
from anchors.merging.models import Merge
from anchors.moves.models import Move
from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor
from appeals.models import Appeal, ReplyTemplate, Seal
from appeals.proof.sealing import make
from appeals.publishing.models import Publication
from appeals.supervision.models import Supervision
from branches.admission.models import ReportForm
from branches.organisation.models import Post, Role
from members.meetings.models import Meeting, StudyLine
from members.models import Member
from tests.visitor import NO_UUID

POSTERS = ("", "?as=stickers")
EVERYBODY = ("anchor", "member", "secretary", "staff", "chief", "clerk", "auditor", "admin", "stranger")
OFFICERS = ("secretary", "staff", "chief")
COMMITTEE = ("staff", "chief")
READERS_OF_MEASURES = ("member", "secretary", "staff", "chief", "auditor")
FOREIGN = ("admin/", "api/")  # Django's admin, the API and its documentation
NOT_A_PAGE = {  # JSON, workbooks, files, and what leads on
    "healthz", "census:template", "appeals:statistics_export", "census:rejected", "anchors:own_data", "calendar:now",
    "appeals:attachment",
    "sheets:rejected", "sheets:template", "reports:rollup_excel", "reports:rollup_word", "reports:template_standard",
    "reports:template_current", "reports:word",
}
BEFORE_LOGIN = {  # looked at by tests of their own
    "login", "activate", "posters:door", "posters:receipt", "appeals:anonymous", "receipts:receipt",
    "receipts:viewers", "receipts:attachment",
}


def _fixed(name, *queries):
    return lambda city, user: [reverse(name) + query for query in ("", *queries)]


def _appeals(city, user):
    """A unit's clerk has a page of what was asked of the unit."""
    if user == city.clerk:
        return [reverse("appeals:detail", args=[appeal.pk]) for appeal in city.lent]
    visible = Appeal.objects.visible_to(user).values_list("pk", flat=True)
    return [reverse("appeals:detail", args=[a.pk]) for a in city.appeals if a.pk in set(visible)]


def _checks(city, user):
    visible = Appeal.objects.visible_to(user).order_by("pk").values_list("pk", flat=True)
    return [reverse("appeals:check", args=[pk]) for pk in visible[:1]]


def _receipts(city, user):
    return [reverse("appeals:receipt", args=[appeal.pk]) for appeal in user.anchor.appeals.order_by("pk")[:1]]


def _seals(city, user):
    make(timezone.localdate(), at=timezone.now())
    return [reverse("appeals:seal", args=[seal.pk]) for seal in Seal.objects.all()[:1]]


def _lists(city, user):
    tabs = ("late", "replied", "closed", "judge", "handed") if Appeal.objects.exists() else ()
    return _fixed("appeals:list", *(f"?tab={tab}" for tab in tabs), "?q=没有这样的")(city, user)


def _reports(city, user):
    return [reverse("reports:detail", args=[report.pk]) for report in _of(city, user)]


def _of(city, user):
    return city.reports if user in (city.staff, city.chief) else city.reports[:1]


def _forms_to(verb, **found):
    forms = ReportForm.objects.filter(**found).order_by("pk")
    return lambda city, user: [reverse(f"admission:{verb}", args=[form.pk]) for form in forms.all()[:1]]


def _report_forms(city, user):
    forms = ReportForm.objects.order_by("pk").values_list("pk", flat=True)
    return [reverse("admission:detail", args=[pk]) for pk in forms]


def _records(city, user):
    report = _of(city, user)[-1]
    return [reverse("reports:records", args=[report.pk, code]) for code in ("meeting_members", "received", "linked")]


def _study_lines(city, user):
    lines = StudyLine.objects.visible_to(user).values_list("pk", flat=True)
    return [reverse("meetings:study_line", args=[pk]) for pk in lines]


def _meetings(name):
    return lambda city, user: [
        reverse(name, args=[pk]) for pk in Meeting.objects.visible_to(user).values_list("pk", flat=True)
    ]


def _far_office(city, user):
    post, _ = Post.objects.get_or_create(
        user=city.officer, role=Role.DISCIPLINE, branch=city.branch, since=date(2062, 1, 1)
    )
    return [reverse("posts:withdraw", args=[post.pk])]


def _runs(city, user):
    visible = ContactSpread.objects.visible_to(user).values_list("pk", flat=True)
    return [reverse("contacts:spread_result", args=[pk]) for pk in visible]


def _newcomers(city, user):
    return [reverse("newcomers:detail", args=[newcomer.pk]) for newcomer in city.newcomers]


def _accounts(city, user):
    return [reverse("anchors:account", args=[row.pk]) for row in city.anchor.anchor.accounts.all()[:1]]


def _firms(name):
    return lambda city, user: [reverse(name, args=[row.pk]) for row in city.branch.enterprises.all()[:1]]


def _previews(city, user):
    asked = f"?scope=FILTERED&to={city.branch.pk}"
    return _fixed("moves:new", asked, f"{asked}&q=没有这样的", "?scope=TICKED")(city, user)


def _moves(city, user):
    moved = Move.objects.visible_to(user).order_by("pk").values_list("pk", flat=True)
    return [reverse("moves:detail", args=[pk]) + sheet for pk in moved for sheet in ("", "#undo")]


def _one_member(name):
    return lambda city, user: [reverse(name, args=[city.roster["roster_member"].pk])]


def _of_roster(name, *rows):
    return lambda city, user: [reverse(name, args=[city.roster[row].pk]) for row in rows]


def _years(name):
    return lambda city, user: [reverse(name, args=[year]) for year in (2026, 2027)]


def _measures(name):
    return lambda city, user: [reverse(name, args=[number]) for number in (1, 21)]


def _pairs(city, user):
    one, two = Anchor.objects.visible_to(user).filter(user__name="孟帆")
    return _fixed("merging:new", f"?one={one.pk}&two={two.pk}", "?one=0")(city, user)


def _merges(city, user):
    made = Merge.objects.visible_to(user).order_by("pk").values_list("pk", flat=True)
    return [reverse("merging:detail", args=[pk]) + sheet for pk in made for sheet in ("", "#undo")]


def _own_viewers(city, user):
    """Of an appeal of the own, the newest."""
    return [reverse("appeals:viewers", args=[a.pk]) for a in Appeal.objects.filter(anchor__user=user)[:1]]


def _sheets(city, user):
    visible = Supervision.objects.visible_to(user).order_by("pk").values_list("pk", flat=True)
    return [reverse("appeals:sheet", args=[pk]) for pk in visible]


def _answers(city, user):
    return [reverse("answer", args=[one.pk]) for one in Publication.objects.shown()]


def _one_appeal(name):
    return lambda city, user: [reverse(name, args=[city.appeals[0].pk])]


# name -> (addresses, who gets 200)
PAGES = {
    "home": (_fixed("home"), EVERYBODY),
    "me": (_fixed("me"), EVERYBODY),
    "branch_home": (_fixed("branch_home"), ("secretary",)),
    "committee_home": (_fixed("committee_home"), COMMITTEE),
    "clock": (_fixed("clock"), COMMITTEE),
    "calendar:year": (_years("calendar:year"), COMMITTEE),
    "calendar:edit": (_years("calendar:edit"), COMMITTEE),
    "measures:list": (_fixed("measures:list", "?show=still"), READERS_OF_MEASURES),
    "measures:detail": (_measures("measures:detail"), READERS_OF_MEASURES),
    "measures:edit": (_measures("measures:edit"), COMMITTEE),
    "measures:progress": (_measures("measures:progress"), COMMITTEE),
    "measures:evidence": (_measures("measures:evidence"), COMMITTEE),
    "calendar:duty": (_fixed("calendar:duty"), COMMITTEE),
    "notices:inbox": (_fixed("notices:inbox", "?show=unread"), EVERYBODY),
    "branches:list": (_fixed("branches:list"), EVERYBODY),
    "branches:units": (_fixed("branches:units"), OFFICERS),
    "branches:detail": (lambda city, user: [reverse("branches:detail", args=[city.branch.pk])], EVERYBODY),
    "stations:list": (_fixed("stations:list", "?q=没有这样的"), EVERYBODY),
    "stations:detail": (lambda city, user: [reverse("stations:detail", args=[city.stations[1].pk])], EVERYBODY),
    "appeals:duties": (_fixed("appeals:duties"), (*OFFICERS, "auditor")),
    "appeals:duty": (lambda city, user: [reverse("appeals:duty", args=["A1"])], COMMITTEE),
    "facts:list": (_fixed("facts:list"), EVERYBODY),
    "posts:branch": (lambda city, user: [reverse("posts:branch", args=[city.branch.pk])], OFFICERS),
    "posts:committee": (lambda city, user: [reverse("posts:committee", args=[city.committee.pk])], COMMITTEE),
    "posts:end": (lambda city, user: [reverse("posts:end", args=[city.secretary.posts.get().pk])], COMMITTEE),
    "meetings:list": (_fixed("meetings:list", "?state=PLANNED", "?kind=RED_WALK"), ("member", *OFFICERS)),
    "meetings:calendar": (_fixed("meetings:calendar", "?month=2026-10"), ("member", *OFFICERS)),
    "meetings:subscription": (_fixed("meetings:subscription"), ("member", *OFFICERS)),
    "meetings:study": (_fixed("meetings:study"), ("member", *OFFICERS)),
    "meetings:study_line": (_study_lines, ("secretary",)),
    "meetings:export": (_fixed("meetings:export"), OFFICERS),
    "meetings:new": (_fixed("meetings:new"), ("secretary",)),
    "meetings:edit": (_meetings("meetings:edit"), ("secretary",)),
    "meetings:record": (_meetings("meetings:record"), ("secretary",)),
    "meetings:detail": (_meetings("meetings:detail"), ("member", *OFFICERS)),
    "members:tree": (_fixed("members:tree"), OFFICERS),
    "posts:withdraw": (_far_office, COMMITTEE),
    "branches:new": (_fixed("branches:new"), COMMITTEE),
    "branches:withdraw": (lambda city, user: [reverse("branches:withdraw", args=[city.branch.pk])], COMMITTEE),
    "branches:correct": (lambda city, user: [reverse("branches:correct", args=[city.branch.pk])], COMMITTEE),
    "branches:election": (lambda city, user: [reverse("branches:election", args=[city.branch.pk])], COMMITTEE),
    "rules:list": (_fixed("rules:list"), EVERYBODY),
    "admission:list": (_fixed("admission:list", "?show=proposed", "?show=past"), OFFICERS),
    "admission:new": (_fixed("admission:new"), COMMITTEE),
    "admission:detail": (_report_forms, OFFICERS),
    "admission:correct": (_forms_to("correct", state="proposed"), COMMITTEE),
    "admission:renew": (_forms_to("renew", state="approved", expires_on__isnull=False), COMMITTEE),
    "dues:quote": (_fixed("dues:quote"), EVERYBODY),
    "dues:list": (_fixed("dues:list", "?show=study"), OFFICERS),
    "dues:detail": (
        lambda city, user: [
            reverse("dues:detail", args=[member.pk])
            for member in Member.objects.filter(branch=city.branch).order_by("pk")[:1]
        ],
        OFFICERS,
    ),
    "dues:mine": (_fixed("dues:mine"), ("member", "secretary")),
    "reports:list": (_fixed("reports:list", "?state=filed"), OFFICERS),
    "reports:detail": (_reports, OFFICERS),
    "reports:rollup": (_fixed("reports:rollup", "?group=服务主播"), COMMITTEE),
    "reports:template": (_fixed("reports:template"), COMMITTEE),
    "reports:event_new": (_fixed("reports:event_new"), COMMITTEE),
    "reports:records": (_records, OFFICERS),
    "appeals:viewers": (_own_viewers, ("anchor",)),
    "appeals:grant_words": (_one_appeal("appeals:grant_words"), ("chief",)),
    "appeals:erase": (_one_appeal("appeals:erase"), ("chief",)),
    "appeals:audit": (_fixed("appeals:audit", "?q=没有这样的"), ("auditor",)),
    "appeals:audit_records": (_fixed("appeals:audit_records", "?kind=VIEW", "?kind=IMPORT"), ("auditor",)),
    "appeals:audit_trail": (_one_appeal("appeals:audit_trail"), ("auditor",)),
    "answering:templates": (_fixed("answering:templates"), COMMITTEE),
    "answering:template_new": (_fixed("answering:template_new"), COMMITTEE),
    "answering:template_change": (
        lambda city, user: [
            reverse("answering:template_change", args=[row.pk]) for row in ReplyTemplate.objects.order_by("pk")[:1]
        ],
        COMMITTEE,
    ),
    "members:list": (
        _fixed("members:list", *(f"?show={tab}" for tab in ("activist", "floating", "moving", "guest", "left"))),
        OFFICERS,
    ),
    "members:new": (_fixed("members:new"), OFFICERS),
    "members:activist_new": (_fixed("members:activist_new"), OFFICERS),
    "members:float_in": (_fixed("members:float_in"), OFFICERS),
    **{
        name: (_one_member(name), OFFICERS) for name in (
            "members:detail", "members:edit", "members:number", "members:activation", "members:participate",
            "members:float_out", "transfers:new",
        )
    },
    "members:participation_end": (_of_roster("members:participation_end", "participation"), OFFICERS),
    "members:activist": (_of_roster("members:activist", "activist_row"), OFFICERS),
    "members:activist_edit": (_of_roster("members:activist_edit", "activist_row"), OFFICERS),
    "members:activist_end": (_of_roster("members:activist_end", "activist_row"), OFFICERS),
    "members:floating": (_of_roster("members:floating", "floating_row"), OFFICERS),
    "members:floating_edit": (_of_roster("members:floating_edit", "floating_row"), OFFICERS),
    "members:floating_end": (_of_roster("members:floating_end", "floating_row"), OFFICERS),
    "transfers:detail": (_of_roster("transfers:detail", "moving_in", "moving_out"), OFFICERS),
    "groups:list": (_fixed("groups:list"), OFFICERS),
    "groups:detail": (_of_roster("groups:detail", "party_group"), OFFICERS),
    "sheets:list": (_fixed("sheets:list"), OFFICERS),
    "sheets:import_new": (_fixed("sheets:import_new"), OFFICERS),
    "sheets:import": (_of_roster("sheets:import", "roster_import"), ("secretary",)),
    "sheets:export": (lambda city, user: [reverse("sheets:export", args=["members"])], OFFICERS),
    "sheets:columns": (lambda city, user: [reverse("sheets:columns", args=["members"])], COMMITTEE),
    "anchors:list": (_fixed("anchors:list", "?q=没有这样的"), EVERYBODY),
    "newcomers:list": (_fixed("newcomers:list", "?show=done"), OFFICERS),
    "newcomers:detail": (_newcomers, OFFICERS),
    "newcomers:branch_poster": (
        lambda city, user: [reverse("newcomers:branch_poster", args=[city.branch.pk]) + q for q in POSTERS], OFFICERS,
    ),
    "newcomers:station_poster": (
        lambda city, user: [reverse("newcomers:station_poster", args=[city.stations[0].pk])], OFFICERS,
    ),
    "anchors:detail": (
        lambda city, user: [reverse("anchors:detail", args=[city.anchor.anchor.pk])], ("anchor", "member", *OFFICERS),
    ),
    "census:list": (_fixed("census:list"), COMMITTEE),
    "census:new": (_fixed("census:new"), COMMITTEE),
    "census:detail": (
        lambda city, user: [reverse("census:detail", args=[pk]) for pk in Import.objects.values_list("pk", flat=True)],
        COMMITTEE,
    ),
    "census:round": (
        lambda city, user: [reverse("census:round", args=[one.pk]) for one in Round.objects.all()], COMMITTEE,
    ),
    "phones:anchor": (
        lambda city, user: [reverse("phones:anchor", args=[city.anchor.anchor.pk])], ("member", *OFFICERS),
    ),
    "phones:newcomer": (
        lambda city, user: [reverse("phones:newcomer", args=[one.pk]) for one in Newcomer.objects.waiting()], OFFICERS,
    ),
    "activation:issue": (
        lambda city, user: [reverse("activation:issue", args=[city.anchor.anchor.pk])], ("member", *OFFICERS),
    ),
    "contacts:list": (_fixed("contacts:list", "?tab=wish", "?tab=declined"), OFFICERS),
    "contacts:assign": (
        lambda city, user: [reverse("contacts:assign", args=[city.anchor.anchor.pk])], OFFICERS,
    ),
    "contacts:topics": (_fixed("contacts:topics"), OFFICERS),
    "contacts:spread": (_fixed("contacts:spread"), OFFICERS),
    "contacts:spread_result": (_runs, OFFICERS),
    "contacts:mine": (_fixed("contacts:mine"), ("anchor",)),
    "anchors:own": (_fixed("anchors:own"), ("anchor",)),
    "anchors:register": (_fixed("anchors:register"), OFFICERS),
    "anchors:correct": (
        lambda city, user: [reverse("anchors:correct", args=[city.anchor.anchor.pk])], ("anchor", *OFFICERS),
    ),
    "anchors:account_new": (
        lambda city, user: [reverse("anchors:account_new", args=[city.anchor.anchor.pk])], ("anchor", *OFFICERS),
    ),
    "anchors:account": (_accounts, ("anchor", *OFFICERS)),
    "anchors:export": (_fixed("anchors:export", "?contact=has"), OFFICERS),
    "branches:enterprises": (_fixed("branches:enterprises", "?show=todo"), OFFICERS),
    "branches:enterprise_export": (_fixed("branches:enterprise_export"), OFFICERS),
    "branches:enterprise_new": (_fixed("branches:enterprise_new"), OFFICERS),
    "branches:enterprise": (_firms("branches:enterprise"), OFFICERS),
    "branches:enterprise_correct": (_firms("branches:enterprise_correct"), OFFICERS),
    "moves:list": (_fixed("moves:list"), OFFICERS),
    "moves:new": (_previews, OFFICERS),
    "moves:detail": (_moves, OFFICERS),
    "merging:list": (_fixed("merging:list", "?q=林小禾", "?q=没有这样的"), OFFICERS),
    "merging:new": (_pairs, OFFICERS),
    "merging:detail": (_merges, OFFICERS),
    "appeals:list": (_lists, EVERYBODY),
    "answers": (_fixed("answers", "?q=没有这样的"), EVERYBODY),
    "appeals:statistics": (_fixed("appeals:statistics", "?period=2026-Q4"), OFFICERS),
    "appeals:follow_ups": (_fixed("appeals:follow_ups", "?tab=late", "?tab=reached"), COMMITTEE),
    "appeals:new": (_fixed("appeals:new"), ("anchor",)),
    "appeals:dispatches": (
        _fixed("appeals:dispatches", "?tab=replied", "?tab=ended"), (*COMMITTEE, "clerk"),
    ),
    "appeals:sheets": (_fixed("appeals:sheets", "?tab=answered"), COMMITTEE),
    "appeals:sheet": (_sheets, ("member", *OFFICERS)),
    "answer": (_answers, ("anchor", "staff", "chief", "stranger")),
    "appeals:detail": (_appeals, ("anchor", "member", *OFFICERS, "clerk")),
    "appeals:check": (_checks, ("anchor", "member", *OFFICERS)),
    "appeals:receipt": (_receipts, ("anchor",)),
    "appeals:seals": (_fixed("appeals:seals"), (*COMMITTEE, "auditor")),
    "appeals:seal": (_seals, (*COMMITTEE, "auditor")),
}
# Who sees what another role has shown already looks only at what may differ.
BRIEFLY = {
    "staff": ("committee_home", "appeals:list", "reports:detail"),
    "auditor": ("home", "branches:list", "appeals:list", "appeals:seals"), "admin": ("home", "appeals:list"),
    "stranger": ("home", "anchors:list"),
}
LISTS = ("home", "notices:inbox", "reports:list", "members:list", "anchors:list", "newcomers:list", "appeals:list",
         "stations:list")


def of(role):
    """The functions that give the addresses which this role looks at."""
    names = BRIEFLY.get(role, PAGES)
    return [PAGES[name][0] for name in names if role in PAGES[name][1]]


def unknown_pages(user):
    """Names of addresses that answer a GET and stand in none of the lists above."""
    client = Client()
    client.force_login(user, backend="accounts.backends.PersonBackend")
    known = {*PAGES, *NOT_A_PAGE, *BEFORE_LOGIN}
    return [
        name for name, address in _addresses(get_resolver())
        if name not in known and client.get(address).status_code != 405
    ]


def _addresses(resolver, prefix="", namespace=""):
    """(name, an address of that form) of every route of ours."""
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if route.startswith(FOREIGN):
            continue
        if isinstance(entry, URLPattern):
            some = {name: NO_UUID if name == "uuid" else "1" for name in entry.pattern.converters}
            name = f"{namespace}{entry.name}"
            yield name, reverse(name, kwargs=some)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _addresses(entry, route, inner)
