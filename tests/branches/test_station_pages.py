import pytest

from branches.stations.models import Station


@pytest.fixture
def stations(city):
    def build(count):
        Station.objects.bulk_create(
            Station(
                code=f"XY-NX-{n:03}", name=f"第{n}驿站", kind="OWN", host="天坤数字产业园", division_id="360502001",
                address="城南街道 1 号", hours="周一至周日 08:00–24:00", facilities=["AC", "HOT_WATER"],
            )
            for n in range(1, count + 1)
        )

    return build


def test_everybody_sees_stations(city, stations, sign_in):
    stations(1)
    for who in (city.anchor, city.clerk, city.auditor, city.stranger):
        assert "第1驿站" in sign_in(who).get("/stations/").content.decode()


def test_filters_narrow_and_an_empty_answer_says_so(city, stations, sign_in):
    stations(2)
    Station.objects.filter(code="XY-NX-002").update(
        facilities=["PHONE_CHARGE", "STUDIO"], in_anchor_area=True, division_id="360521001"
    )
    client = sign_in(city.anchor)

    def found(**query):
        return [station.code for station in client.get("/stations/", query).context["page"]]

    assert found(facility="STUDIO") == found(anchor_area="1") == found(division="360521") == ["XY-NX-002"]
    assert found(facility="AC") == found(q="第1") == ["XY-NX-001"]
    assert found(facility="nonsense", q="\0") == ["XY-NX-001", "XY-NX-002"]
    assert "没有找到这样的驿站" in client.get("/stations/", {"q": "不存在"}).content.decode()


def test_card_says_what_is_there_and_why_it_is_closed(city, stations, sign_in):
    stations(1)
    Station.objects.update(status="REPAIR", note="换空调，12月1日恢复")
    page = sign_in(city.anchor).get(f"/stations/{Station.objects.get().pk}/").content.decode()
    assert "热水" in page and "换空调，12月1日恢复" in page


def test_unknown_station_and_wrong_method(city, sign_in):
    client = sign_in(city.anchor)
    assert client.get("/stations/999999/").status_code == 404
    assert client.post("/stations/").status_code == 405


@pytest.mark.parametrize("count", [1, 200])
def test_list_costs_at_most_eight_statements(city, stations, sign_in, django_assert_max_num_queries, count):
    stations(count)
    client = sign_in(city.anchor)
    with django_assert_max_num_queries(8):
        client.get("/stations/", {"division": "360502", "facility": "AC"})
