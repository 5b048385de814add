from datetime import date, timedelta

import pytest
from django.utils import timezone

from branches.organisation.models import Post, Role
from branches.reports.figures import kinds_of
from branches.reports.models import Report
from branches.stations.models import Station
from tests.api_client import Caller
from tests.factories import open_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(city):
    return open_report(city.branch, due_at=timezone.now() + timedelta(days=4))


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


class TestPartners:
    def test_the_committee_finds_the_unit_to_dispatch_to(self, city):
        unit = {"id": city.partner.pk, "name": "市快递行业协会", "kind": "协会", "is_demo": False}
        assert unit in Caller(city.staff).fetch("partners/").json()["results"]

    def test_nobody_else_dispatches(self, city):
        assert Caller(city.secretary).fetch("partners/").status_code == 403


class TestMe:
    def test_name_and_posts(self, city):
        me = Caller(city.secretary).fetch("me/").json()
        assert set(me) == {"id", "name", "username", "posts"}
        assert (me["id"], me["name"], me["username"]) == (city.secretary.pk, "程远山", "secretary")
        [post] = me["posts"]
        assert (post["role"], post["title"], post["until"]) == ("SECRETARY", "支部书记", None)
        assert post["branch"] == {"id": city.branch.pk, "name": city.branch.name}
        assert post["committee"] is post["partner"] is post["station"] is None

    def test_an_ended_post_is_none(self, city):
        yesterday = timezone.localdate() - timedelta(days=1)
        Post.objects.create(
            user=city.anchor, role=Role.SECRETARY, branch=city.branch, since=date(2025, 1, 1), until=yesterday
        )
        assert Caller(city.anchor).fetch("me/").json()["posts"] == []

    def test_every_kind_of_unit(self, city):
        assert Caller(city.chief).fetch("me/").json()["posts"][0]["committee"]["name"] == city.committee.name
        assert Caller(city.clerk).fetch("me/").json()["posts"][0]["partner"]["name"] == "市快递行业协会"


class TestBranchesAndStations:
    def test_branches_are_an_address_book(self, city):
        caller = Caller(city.anchor)
        assert ids(caller.fetch("branches/")) == [city.branch.pk, city.other_branch.pk]
        branch = caller.fetch(f"branches/{city.other_branch.pk}/").json()
        assert branch["is_demo"] is True and branch["short_name"] == "演示第一"
        assert ids(caller.fetch("branches/", q="万商红")) == [city.branch.pk]
        for pk in (0, 2**63, 2**64):
            assert caller.fetch(f"branches/{pk}/").status_code == 404

    def test_stations(self, city):
        made = Station.objects.create(
            code="XY-99-001", name="测试驿站", kind="OWN", host="某店", division_id="360502", address="某路 1 号",
            hours="09:00–21:00", facilities=["AC", "WIFI"], in_anchor_area=True,
        )
        [row] = Caller(city.anchor).fetch("stations/", q="XY-99").json()["results"]
        assert row["id"] == made.pk and row["facilities"] == ["AC", "WIFI"] and row["status"] == "OPEN"
        assert Caller(city.anchor).fetch("stations/", status="CLOSED").status_code == 400


class TestReports:
    def test_who_sees_it(self, city, report):
        for user in (city.secretary, city.officer, city.staff, city.chief):
            assert ids(Caller(user).fetch("reports/")) == [report.pk], user
        for user in (city.other_secretary, city.anchor, city.member, city.clerk, city.admin):
            assert ids(Caller(user).fetch("reports/")) == [], user
            assert Caller(user).fetch(f"reports/{report.pk}/").status_code == 404
            assert Caller(user).send(f"reports/{report.pk}/file/", {"version": 1}).status_code == 404

    def test_its_figures_are_counted(self, city, report):
        card = Caller(city.secretary).fetch(f"reports/{report.pk}/").json()
        assert (card["state"], card["form"], card["period"]) == ("open", "month", "2026-10")
        assert len(card["figures"]) == len(kinds_of("month"))
        assert set(card["figures"][0]) == {
            "code", "name", "group", "unit", "value", "numerator", "denominator", "how", "records",
        }

    def test_the_secretary_files_it_once(self, city, report):
        caller, path = Caller(city.secretary), f"reports/{report.pk}/file/"
        filed = caller.send(path, {"remarks": "一切都好"})
        assert filed.status_code == 200
        card = filed.json()
        assert (card["state"], card["version"], card["remarks"]) == ("filed", 2, "一切都好")
        assert card["filed_by"]["name"] == "程远山" and len(card["figures"]) == len(kinds_of("month"))
        again = caller.send(path, {"version": 2})
        assert again.status_code == 409 and again.json()["version"] == 2

    def test_refusals(self, city, report):
        path = f"reports/{report.pk}/file/"
        assert Caller(city.officer).send(path, {"version": 1}).status_code == 403
        assert Caller(city.chief).send(path, {"version": 1}).status_code == 403
        caller = Caller(city.secretary)
        assert caller.send(path, {"version": 9}).status_code == 409
        assert caller.send(path, {"version": 2**70}).status_code == 409
        for remark in ("长" * 201, "长" * 10_000, "a\0b", "\ud800", [], {}, None):
            answer = caller.send(path, {"version": 1, "remarks": remark})
            assert answer.status_code == 400 and "remarks" in answer.json(), remark
        assert Report.objects.get().state == "open"

    def test_filters(self, city, report):
        caller = Caller(city.chief)
        assert ids(caller.fetch("reports/", state="open", q="万商红")) == [report.pk]
        assert ids(caller.fetch("reports/", state="filed")) == []
        assert caller.fetch("reports/", state="FILED").status_code == 400
        assert ids(caller.fetch("reports/", form="month", period="2026-10")) == [report.pk]
        assert ids(caller.fetch("reports/", period="2026-Q4")) == ids(caller.fetch("reports/", form="year")) == []
        assert ids(caller.fetch("reports/", form="", period="", state="")) == [report.pk]
        for query in ({"period": "2026-13"}, {"period": "x"}, {"form": "week"}):
            assert caller.fetch("reports/", **query).status_code == 400, query

    def test_the_list_has_no_figures(self, city, report):
        assert "figures" not in Caller(city.chief).fetch("reports/").json()["results"][0]

    def test_a_figure_opens_its_records_and_none_where_nothing_was_counted(self, city, report):
        caller = Caller(city.secretary)
        figures = {one["code"]: one for one in caller.fetch(f"reports/{report.pk}/").json()["figures"]}
        assert figures["activists"]["records"] == "" and figures["activists"]["numerator"] is None
        assert [figures["linked"][part] for part in ("value", "numerator", "denominator")] == [1, 1, 1]
        answer = caller.get(figures["linked"]["records"]).json()
        assert set(answer) == {"results", "next", "previous"}
        assert [one["id"] for one in answer["results"]] == [city.anchor.anchor.pk]
        assert set(answer["results"][0]) == {"id", "title", "note", "url", "changed", "numerator"}
        assert caller.fetch(f"reports/{report.pk}/records/activists/").json()["results"] == []
        assert caller.fetch(f"reports/{report.pk}/records/no-such/").status_code == 404

    def test_the_committee_returns_it_and_accepts_it(self, city, report):
        secretary, staff, path = Caller(city.secretary), Caller(city.staff), f"reports/{report.pk}/"
        assert staff.send(f"{path}return/", {"reason": "少一条。"}).status_code == 409
        secretary.send(f"{path}file/", {})
        assert staff.send(f"{path}return/", {}).status_code == 400
        assert staff.send(f"{path}return/", {"reason": "少一条。"}).json()["state"] == "returned"
        assert secretary.send(f"{path}file/", {"remarks": "补上了。"}).json()["state"] == "filed"
        assert secretary.send(f"{path}accept/").status_code == 403
        card = staff.send(f"{path}accept/").json()
        assert (card["state"], card["accepted_by"]["name"]) == ("accepted", "陆知行")
        assert staff.send(f"{path}accept/").status_code == 409
