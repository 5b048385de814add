"""What is about somebody is to them as if it were not there: no list, search, count, figure, export or notice differs.

Every address of the portal is asked before such an appeal is filed and after it went through its life; a new list is
found in the URL table and cannot be forgotten.
"""

import re
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from appeals import services
from appeals.publishing import services as publishing
from appeals.supervision import services as supervision
from branches.organisation.models import Enterprise
from branches.reports.models import Report
from members.models import Member
from tests.engines import shared
from tests.factories import open_report, submit_appeal
from tests.visitor import Visitor, address_of, named_urls, readable, rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CONCERNED = ("member", "secretary", "officer", "staff")
TITLE = "会费收得不明不白"
# Drawn anew for each answer.
CHANGING = re.compile(r'name="(csrfmiddlewaretoken|submit_key)" value="[^"]*"|X-CSRFToken[^}]*')


@pytest.fixture
def firm(city):
    """The anchor's, in which a member of the committee's staff works too."""
    firm = Enterprise.objects.create(name="禾苗传媒", kind="MCN")
    anchor = city.anchor.anchor
    anchor.enterprise = firm
    anchor.save()
    Member.objects.create(user=city.staff, enterprise=firm, branch=city.other_branch, joined_on=date(2020, 7, 1))
    return firm


def live_an_ordinary_life(city):
    appeal = services.reply(submit_appeal(city, title="样鞋压坏了"), actor=city.member, text="赔三双。")
    services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    services.hand_up(submit_appeal(city, title="夜里断电"), actor=city.member)


def live_a_protected_life(city):
    appeal = submit_appeal(city, title=TITLE, body=TITLE, about=("contact", "branch", "enterprise"))
    waiting = submit_appeal(city, title=f"{TITLE}，又一次", body=TITLE, about=("contact", "branch", "enterprise"))
    services.accept(appeal, actor=city.chief)
    supervision.supervise(appeal, actor=city.chief, reason="OVERDUE", text="请说明。")
    services.reply(appeal, actor=city.chief, text="已核实。")
    services.confirm(appeal, actor=city.anchor, outcome="UNSOLVED", rating=1, contacted=True, reason="没办。")
    publishing.consent(appeal, actor=city.anchor, granted=True)
    return appeal, waiting


def addresses(city):
    """Every address that may be read; those of one row with the ids of whom and what the cast has."""
    ids = {city.branch.pk, city.anchor.anchor.pk, Report.objects.get().pk}
    for name in sorted(set(named_urls()) - {"admin"}):
        found = {address_of(name, pk) for pk in ids}
        yield from found
        if len(found) == 1:
            yield from (f"{address}?q={word}" for address in found for word in (TITLE, "会费"))


def answers(visitor, every):
    found = {}
    for address in every:
        with rolled_back():
            response = visitor.client.get(address, headers=visitor.headers if address.startswith("/api/") else {})
            words = str(response.getvalue()) if response.streaming else readable(response)
            words = CHANGING.sub("", words)
            found[address] = (response.status_code, words)
    return found


@pytest.mark.parametrize("name", shared(CONCERNED))
def test_to_whom_it_is_about_nothing_anywhere_differs(city, firm, name):
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False):
        live_an_ordinary_life(city)
        open_report(city.branch, f"{timezone.localdate():%Y-%m}")
        every = [one for one in addresses(city) if not one.startswith(("/static", "/healthz", "/api/docs"))]
        visitor = Visitor(city, name)
        before = answers(visitor, every)
        protected = live_a_protected_life(city)
        after = answers(visitor, every)
    assert sum(status == 200 for status, _ in after.values()) > 20
    differ = [address for address in every if before[address] != after[address]]
    assert not differ, {one: _first_difference(before[one], after[one]) for one in differ}
    for appeal in protected:
        for there in sorted({address_of(door, appeal.pk) for door in named_urls()}):
            if f"/appeals/{appeal.pk}/" in there:
                with rolled_back():
                    assert visitor.ask("GET", there).status_code in (404, 405), there


def _first_difference(one, other):
    if one[0] != other[0]:
        return one[0], other[0]
    place = next((n for n, (a, b) in enumerate(zip(one[1], other[1], strict=False)) if a != b), 0)
    return one[1][max(place - 60, 0):place + 60], other[1][max(place - 60, 0):place + 60]
