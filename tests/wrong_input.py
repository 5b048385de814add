"""One form or verb, tried in every wrong way."""

import html
import json
import re
import uuid
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client

from accounts.models import AuditEvent, Session, User
from anchors.contacts.models import ContactChange, ContactSpread, ContactWish, ServiceLog
from anchors.merging.models import Merge
from anchors.moves.models import Move
from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor, PlatformAccount
from appeals.models import Appeal, Duty, Event, EventText, Judgement, ReplyTemplate
from appeals.publishing.models import Publication
from branches.admission.models import ReportForm
from branches.measures.models import Evidence, Measure, Progress
from branches.organisation.models import Branch, Enterprise
from branches.reports.models import Report
from members.models import (
    Activist,
    Attendance,
    Column,
    DuesEntry,
    Floating,
    Meeting,
    Member,
    Participation,
    PartyGroup,
    Profile,
    StudyLine,
    Transfer,
)
from tests.engines import asked_here
from tests.visitor import Visitor, address_of, rolled_back

CHINESE = re.compile("[一-鿿]")
EMOJI = "😀👩‍👩‍👧🇨🇳"
LONG = "长" * 10_000
BEFORE, AFTER = "前面的话", "后面的话"
NUL = f"{BEFORE}\0{AFTER}"
HUGE = 10**30
IDS = (0, 2**31, 2**63, HUGE)
NO_TEXT = ([], ["a"], {}, {"a": 1}, True, None)
NO_CODE = ("XX", "😀", "\0", LONG, "\ud800")
OLD_CSRF = "a" * 64


@dataclass(frozen=True)
class Door:
    """A form or verb: who uses it on which row of the scene, what is right, and where it may go wrong."""

    url: str
    who: str
    row: str = "-"
    sent: dict = field(default_factory=dict)  # a function takes the scene
    texts: tuple = ()  # fields of free words
    needed: tuple = ()  # fields that nobody may leave out, beside the version
    codes: tuple = ()  # fields that take one of a list
    versioned: bool = False
    bare: bool = False  # nothing at all is enough, the version as well
    reads: bool = True  # its body
    once: bool = False  # what was sent is used up by it
    files: bool = False  # the API's takes multipart as well
    taken: bool = False  # the second time finds it done
    goes: bool = False  # the row is gone afterwards
    foreign: str = ""  # a row of the same kind that this person cannot see

    @property
    def is_api(self):
        return self.url.startswith("api:")


class Walk:
    """One door, tried in every wrong way; what is not as it should be is collected in `wrong`."""

    def __init__(self, door, scene):
        self.door, self.scene, self.wrong = door, scene, []
        self.visitor = Visitor(scene.city, door.who)
        self.url = address_of(door.url, self.pk(door.row))

    def pk(self, name):
        return None if name == "-" else self.scene.rows[name].pk

    def right(self, **changes):
        """What a careful person would send, with `changes`; a field that is changed to `...` is left out."""
        sent = {name: value(self.scene) if callable(value) else value for name, value in self.door.sent.items()}
        if sent.get("branch") == "unit":
            sent["branch"] = self.scene.rows["unit"].pk
        if self.door.versioned:
            sent["version"] = self.scene.rows[self.door.row].version
        if self.door.url in ("activate", "api:redeem"):
            sent["code"] = self.scene.code
        if self.door.url == "api:activations":
            sent["anchor"] = self.scene.rows["card"].pk
        if self.door.url == "newcomers:join":
            sent["anchor"] = self.scene.city.anchor.anchor.pk
        if self.door.url in ("appeals:new", "posters:door", "appeals:anonymous"):
            sent["submit_key"] = str(uuid.uuid4())
        return {name: value for name, value in {**sent, **changes}.items() if value is not ...}

    def send(self, data, url=None):
        """Without a trace afterwards."""
        with rolled_back():
            return self.deliver(data, url)

    def deliver(self, data, url=None, key=None):
        headers = {"Idempotency-Key": str(key or uuid.uuid4())} if self.door.url == "api:appeals" else {}
        return self.visitor.ask("POST", url or self.url, data, **headers)

    def expect(self, response, case, *codes, at=None, kept=()):
        """One of `codes`, a sentence in the field `at`, and the words of `kept` on the page."""
        text = response.content.decode(errors="replace")  # a workbook is none
        if response.status_code not in codes:
            self.wrong.append(f"{case}: {response.status_code}, not {codes}: {said(response)[:200]}")
        elif response.status_code >= 400 and not CHINESE.search(sentence(response, at) if at else said(response)):
            self.wrong.append(f"{case}: no sentence at {at}: {said(response)[:200]}")
        elif not self.door.is_api:
            self.wrong += [f"{case}: {word[:20]} is lost" for word in kept if html.escape(word) not in text]

    def refused(self, case, at, *codes, kept=(), **changes):
        self.expect(self.send(self.right(**changes)), case, *(codes or (self.unclean,)), at=at, kept=kept)

    @property
    def unclean(self):
        return 200 if self.door.url == "login" else 400  # Django's own login page

    def other_words(self, name):
        return [self.door.sent[text] for text in self.door.texts if text != name]

    # What may go wrong, one method each.

    def nothing(self):
        response = self.send({})
        needed = ("version",) if self.door.versioned and not self.door.bare else self.door.needed
        for name in needed:
            self.expect(response, "nothing", self.unclean, at=name)
        if not needed:
            self.expect(response, "nothing", 200, 302)

    def left_out(self):
        for name in self.door.needed:
            self.refused(f"without {name}", name, **{name: ...}, kept=self.other_words(name))

    def too_long(self):
        for name in self.door.texts:
            self.refused(f"long {name}", name, **{name: LONG}, kept=[LONG, *self.other_words(name)])

    def with_nul(self):
        for name in self.door.texts:
            self.refused(f"NUL in {name}", name, **{name: NUL}, kept=[BEFORE, AFTER, *self.other_words(name)])

    def emoji_alone(self):
        for name in self.door.texts:
            with rolled_back():
                response = self.deliver(self.right(**{name: EMOJI}))
                self.expect(response, f"emoji in {name}", 200, 201, 302)
                if not any(EMOJI in words for words in stored_words()):
                    self.wrong.append(f"emoji in {name}: not kept byte for byte")

    def surrogates(self):
        for name in self.door.texts:
            if self.door.is_api:
                self.refused(f"surrogate in {name}", name, **{name: f"{BEFORE}\ud800"})
            else:
                self.raw("surrogate", f"{name}=%ED%A0%80".encode(), "application/x-www-form-urlencoded")

    def other_types(self):
        """A page knows only text; there the same field may come twice."""
        for name in self.door.texts:
            for value in NO_TEXT if self.door.is_api else (["甲", "乙"],):
                response = self.send(self.right(**{name: value}))
                self.expect(response, f"{name}={value!r}", *((400,) if self.door.is_api else (200, 302, 400)), at=name)
            if self.door.is_api:
                self.expect(self.send(self.right(**{name: 7})), f"{name}=7", 200, 201, 400, at=name)

    def other_codes(self):
        for name in self.door.codes:
            for value in (*NO_CODE, [], ["A"], {}) if self.door.is_api else NO_CODE[:-1]:
                self.refused(f"{name}={str(value)[:9]!r}", name, **{name: value}, kept=self.other_words(name))

    def other_rows(self):
        if self.door.row == "-" or address_of(self.door.url, 0) == self.url:  # the address names no row
            return
        for pk in (*IDS, *([self.pk(self.door.foreign)] if self.door.foreign else [])):
            self.expect(self.send(self.right(), address_of(self.door.url, pk)), f"id {pk}", 404)

    def other_versions(self):
        if not self.door.versioned:
            return
        kept = self.other_words(None)
        stale = self.right()["version"] - 1
        self.refused("stale", None, 409, version=stale, kept=kept)
        for version in ("", "新", "1.5", -1, 2**31, HUGE, "9" * 5000, "\0", "1e9"):
            response = self.send(self.right(version=version))
            at = "version" if response.status_code == 400 else None
            self.expect(response, f"version {str(version)[:9]!r}", 400, 409, at=at, kept=kept)

    def double_click(self):
        with rolled_back():
            data, key = self.right(), uuid.uuid4()
            first, after_one = self.deliver(data, key=key), footprint()
            second, after_two = self.deliver(data, key=key), footprint()
        self.expect(first, "first click", 200, 201, 204, 302)
        self.expect(second, "second click", *self.second_time())
        if after_one != after_two:
            self.wrong.append("double click: done twice")

    def second_time(self):
        if self.door.once:
            return (400, 404)
        if self.door.goes:
            return (404,)
        return (409,) if self.door.versioned or self.door.taken else (200, 201, 302)

    def login_gone(self):
        if not hasattr(self.scene.city, self.door.who):
            return
        gone = Visitor(self.scene.city, self.door.who)
        gone.headers = {}
        with rolled_back():
            Session.objects.all().delete()
            response = gone.ask("POST", self.url, self.right())
        kept = self.other_words(None)
        codes = (401,) if self.door.is_api else (302,) if self.door.url in ("logout", "password") else (403,)
        self.expect(response, "login gone", *codes, kept=kept)

    def csrf_gone(self):
        """The cookie has expired, or its token is of another login. A token of the API needs none."""
        if self.door.url in ("api:token", "api:redeem") or self.door.url.startswith("api:receipt"):
            return
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies.load(self.visitor.cookies)
        data, kept = self.right(), self.other_words(None)
        for case in ("no CSRF token", "old CSRF token"):
            if case.startswith("old"):
                client.cookies["csrftoken"] = "b" * 32
                data["csrfmiddlewaretoken"] = OLD_CSRF
            with rolled_back():
                body = {"data": json.dumps(data), "content_type": "application/json"} if self.door.is_api else {
                    "data": data
                }
                self.expect(client.post(self.url, **body), case, 403, kept=kept)

    def broken_bodies(self):
        if not self.door.reads:
            return
        broken = ("{", "[]", "[1]", "1", "null", '"a"', "\xff", "[" * 20_000, '{"version": NaN}', "")
        if self.door.is_api:
            for body in broken[: -1 if self.door.url == "api:token" or self.door.bare else None]:
                self.raw(f"body {body[:9]!r}", body.encode("latin-1"), "application/json", 400)
            for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"):
                taken = self.door.files and kind.startswith("multipart")
                self.raw(kind, b"version=1", kind, 400 if taken else 415)
            return
        ends = (200, 302, 400)
        multipart = ("multipart/form-data", "multipart/form-data; boundary=x")
        for kind in ("application/json", "text/plain", "nonsense", *multipart):
            self.raw(kind, b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc', kind, *ends)
        form = "application/x-www-form-urlencoded"
        self.raw("latin-1", "text=é&body=é&title=é".encode("latin-1"), form, *ends)
        self.raw("a thousand fields", b"&".join(b"f%d=1" % n for n in range(1200)), form, *ends)

    def raw(self, case, body, kind, *codes):
        with rolled_back():
            headers = {"Idempotency-Key": str(uuid.uuid4())} if self.door.url == "api:appeals" else {}
            response = self.visitor.raw("POST", self.url, body, kind, **headers)
        self.expect(response, case, *(codes or (200, 302, 400)))


# Refused before any statement that could differ by engine: tried on SQLite alone, for the sake of the lanes' minutes.
AT_THE_DOOR = (Walk.nothing, Walk.left_out, Walk.other_types, Walk.login_gone, Walk.csrf_gone, Walk.broken_bodies)
AT_THE_DATABASE = (
    Walk.too_long, Walk.with_nul, Walk.emoji_alone, Walk.surrogates, Walk.other_codes, Walk.other_rows,
    Walk.other_versions, Walk.double_click,
)


def cases(turn):
    """What is tried at the door number `turn` on the engine of this run; a page and its API's twin take the same."""
    at_the_database = [case for n, case in enumerate(AT_THE_DATABASE) if asked_here(turn // 2 + n)]
    return at_the_database if connection.vendor == "postgresql" else [*AT_THE_DOOR, *at_the_database]


def said(response):
    """The text of an answer, without its tags."""
    text = response.content.decode()
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return json.dumps(json.loads(text), ensure_ascii=False)
    main = text[text.find("<main"):]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def sentence(response, name):
    """What stands at the field: its error on a page (for one that is not seen, the note above), its JSON key."""
    text = response.content.decode()
    if response.headers.get("Content-Type", "").startswith("application/json"):
        answer = json.loads(text)
        return str(answer.get(name) or (answer.get("detail", "") if name in ("username", "password") else ""))
    ids = "password|username" if name == "username" else name  # the login does not say which of the two was wrong
    found = re.search(rf'id="[a-z_]*({ids})_error"[^>]*>(.*?)</p>', text, re.DOTALL)
    if not found and name in ("version", "submit_key"):
        found = re.search(r'class="note (note-amber)[^>]*>(.*?)</div>', text, re.DOTALL)
    return re.sub(r"<[^>]*>", "", found[2]) if found else ""


def stored_words():
    columns = (
        (EventText, "public"), (EventText, "internal"),
        (Appeal, "title"), (Appeal, "body"), (Report, "remarks"), (Report, "reason"),
        (Report, "subject"), (Judgement, "reason"),
        (Anchor, "stage_name"), (Anchor, "note"), (PlatformAccount, "nickname"), (AuditEvent, "reason"),
        (ReplyTemplate, "title"), (ReplyTemplate, "text"),
        (Branch, "name"), (Branch, "short_name"), (Enterprise, "name"), (Enterprise, "address"), (User, "name"),
        (Merge, "reason"),
        (Measure, "heading"), (Measure, "text"), (Progress, "text"),
        (Publication, "title"), (Publication, "question"), (Publication, "answer"),
        (DuesEntry, "reason"),
        (Member, "remark"), (Profile, "job"), (Profile, "native_place"), (Floating, "home"), (Floating, "place"),
        (Floating, "reason"), (Floating, "contact"), (Transfer, "to_name"), (Transfer, "reason"),
        (PartyGroup, "name"), (Column, "title"),
        (Meeting, "title"), (Meeting, "place"), (Meeting, "lecturer"), (Meeting, "agenda"), (Meeting, "content"),
        (Meeting, "resolution"), (Meeting, "reason"), (StudyLine, "theme"),
        (ReportForm, "title"), (ReportForm, "owner"), (ReportForm, "basis"), (ReportForm, "decision"),
        (ReportForm, "removal"), (Duty, "basis"),
    )
    return {words for model, column in columns for words in model.objects.values_list(column, flat=True)}


def footprint():
    """How much has happened so far."""
    return (
        ReplyTemplate.objects.count(),
        Appeal.objects.count(), Event.objects.count(), Judgement.objects.count(), Move.objects.count(),
        User.objects.count(),
        list(Newcomer.objects.order_by("pk").values_list("outcome", "decided_at")),
        list(Merge.objects.order_by("pk").values_list("undone_at")),
        list(Report.objects.order_by("pk").values_list("version", "state")),
        ContactChange.objects.count(), ContactSpread.objects.count(), ContactWish.objects.count(),
        ServiceLog.objects.count(), Evidence.objects.count(),
        ServiceLog.objects.count(),
        DuesEntry.objects.count(),
        Member.objects.count(), Activist.objects.count(), Participation.objects.count(), Floating.objects.count(),
        list(Transfer.objects.order_by("pk").values_list("state")), PartyGroup.objects.standing().count(),
        list(Meeting.objects.order_by("pk").values_list("state", "version")), Attendance.objects.count(),
        StudyLine.objects.count(),
        list(ReportForm.objects.order_by("pk").values_list("state", "decided_at", "removed_at")),
        list(Duty.objects.order_by("pk").values_list("category", "partner", "until")),
    )
