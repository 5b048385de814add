import pytest

from notices.models import Notice
from notices.services import send
from tests.api_client import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def notices(city):
    send([city.member], key="a", title="新的诉求", text="请接单", url="/appeals/1/")
    send([city.member, city.anchor], key="b", title="到点提醒")
    return Notice.objects.filter(recipient=city.member)


def test_mine_newest_first(city, notices):
    rows = Caller(city.member).fetch("notices/").json()["results"]
    assert [row["title"] for row in rows] == ["到点提醒", "新的诉求"]
    assert set(rows[0]) == {"id", "title", "text", "url", "created_at", "read_at"}
    assert len(Caller(city.anchor).fetch("notices/").json()["results"]) == 1


def test_reading_is_written_once(city, notices):
    caller, notice = Caller(city.member), notices.first()
    first = caller.send(f"notices/{notice.pk}/read/").json()
    assert first["read_at"]
    assert caller.send(f"notices/{notice.pk}/read/").json() == first
    unread = caller.fetch("notices/", unread="true").json()["results"]
    assert notice.pk not in [row["id"] for row in unread] and len(unread) == 1


@pytest.mark.parametrize("pk", [0, 2**63, 2**64])
def test_a_strangers_notice_is_not_there(city, notices, pk):
    assert Caller(city.stranger).send(f"notices/{notices.first().pk}/read/").status_code == 404
    assert Caller(city.member).send(f"notices/{pk}/read/").status_code == 404
    assert not Notice.objects.exclude(read_at=None).exists()


@pytest.mark.parametrize("rows", [1, 200])
def test_few_statements(city, rows, django_assert_num_queries):
    for n in range(rows):
        send([city.member], key=f"k{n}", title="到点提醒")
    caller = Caller(city.member)
    with django_assert_num_queries(3):
        assert caller.fetch("notices/").status_code == 200
