import pytest

from notices.models import Notice
from notices.services import Message, send, send_all

INBOX = "/notices/"


@pytest.fixture
def notice(city):
    send([city.anchor], key="appeal-event:1", title="您的诉求有新进展", url="/appeals/1/")
    return Notice.objects.get()


def test_inbox_shows_what_was_sent_to_me(city, notice, sign_in):
    assert "您的诉求有新进展" in sign_in(city.anchor).get(INBOX).content.decode()
    assert "您的诉求有新进展" not in sign_in(city.member).get(INBOX).content.decode()


def test_opening_marks_it_read_and_goes_there(city, notice, sign_in):
    assert sign_in(city.anchor).post(f"/notices/{notice.pk}/open/").url == "/appeals/1/"
    notice.refresh_from_db()
    first = notice.read_at
    sign_in(city.anchor).post(f"/notices/{notice.pk}/open/")
    notice.refresh_from_db()
    assert first and notice.read_at == first


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_opening_never_leaves_the_portal(city, notice, sign_in, url):
    Notice.objects.update(url=url)
    assert sign_in(city.anchor).post(f"/notices/{notice.pk}/open/").url == INBOX


def test_a_foreign_notice_does_not_exist(city, notice, sign_in):
    assert sign_in(city.member).post(f"/notices/{notice.pk}/open/").status_code == 404


def test_links_read_nothing(city, notice, sign_in):
    assert sign_in(city.anchor).get(f"/notices/{notice.pk}/open/").status_code == 405
    assert sign_in(city.anchor).get("/notices/read/").status_code == 405
    assert sign_in(city.anchor).post(INBOX).status_code == 405


def test_all_read_is_mine_alone(city, notice, sign_in):
    send([city.member], key="x", title="别人的")
    page = sign_in(city.anchor).post("/notices/read/", follow=True).content.decode()
    assert "1 条消息都标为已读了。" in page
    assert Notice.objects.unread().get().recipient == city.member
    assert "没有未读的消息" in sign_in(city.anchor).get(INBOX, {"show": "unread"}).content.decode()


def test_an_empty_inbox_says_so(city, sign_in):
    assert "还没有消息" in sign_in(city.anchor).get(INBOX).content.decode()


def test_inbox_costs_the_same_at_one_and_at_two_hundred(city, sign_in, django_assert_max_num_queries):
    client = sign_in(city.anchor)
    for count in (1, 200):
        send_all([Message(city.anchor.pk, f"k:{n}", "您的诉求有新进展") for n in range(count)])
        with django_assert_max_num_queries(8):
            assert client.get(INBOX).status_code == 200
    assert len(client.get(INBOX).context["page"]) == 50
