from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.test import APIRequestFactory

from accounts.models import User
from branches.calendar.models import WorkDay
from notices.models import Notice
from xinyu_portal import paging
from xinyu_portal.api_paging import KeysetPagination

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 4, 0, 0, 123456, tzinfo=UTC)  # a page must not lose the microseconds
ORDERS = ("created_at", "-created_at")


@pytest.fixture
def reader():
    return User.objects.create_user("reader")


def write(reader, times, prefix="n"):
    return Notice.objects.bulk_create(
        Notice(recipient=reader, key=f"{prefix}:{n}", title=f"{prefix} {n}", created_at=at)
        for n, at in enumerate(times)
    )


def walk(queryset, *, order, size, cursor=None, step="next", filters=None):
    """All pages from the cursor on, in one direction."""
    pages = []
    while not pages or cursor:
        pages.append(paging.paginate(queryset, order=order, size=size, cursor=cursor, filters=filters))
        cursor = getattr(pages[-1], step)
    return pages


def ids(pages):
    return [row.pk for page in pages for row in page.rows]


class TestWalking:
    @pytest.mark.parametrize("order", ORDERS)
    def test_more_than_a_thousand_of_one_value_each_once(self, reader, order):
        times = [NOON - timedelta(hours=1)] * 3 + [NOON] * 1200 + [NOON + timedelta(microseconds=1)] * 3
        write(reader, times)
        sign = "-" if order.startswith("-") else ""
        expected = list(Notice.objects.order_by(order, f"{sign}id").values_list("pk", flat=True))

        pages = walk(Notice.objects.all(), order=order, size=100)

        assert ids(pages) == expected
        assert [len(page) for page in pages] == [100] * 12 + [6]

    @pytest.mark.parametrize("order", ORDERS)
    @pytest.mark.parametrize("total", [1, 10, 11, 20, 25])
    def test_back_again_sees_the_same_rows(self, reader, order, total):
        write(reader, [NOON + timedelta(minutes=n // 7) for n in range(total)])
        forth = walk(Notice.objects.all(), order=order, size=10)
        back = walk(Notice.objects.all(), order=order, size=10, cursor=forth[-1].previous, step="previous")
        if total > 10:
            assert [page.rows for page in back] == [page.rows for page in forth[-2::-1]]
        assert forth[0].previous is None and forth[-1].next is None
        assert (forth[-1].previous is None) is (total <= 10)

    def test_a_page_back_knows_the_way_forth(self, reader):
        write(reader, [NOON] * 25)
        forth = walk(Notice.objects.all(), order="created_at", size=10)
        back = paging.paginate(Notice.objects.all(), order="created_at", size=10, cursor=forth[2].previous)
        again = paging.paginate(Notice.objects.all(), order="created_at", size=10, cursor=back.next)
        assert again.rows == forth[2].rows

    def test_nothing_is_one_empty_page(self):
        assert paging.paginate(Notice.objects.all(), order="created_at") == paging.Page([], None, None)

    def test_a_full_page_has_no_next(self, reader):
        write(reader, [NOON] * 10)
        assert paging.paginate(Notice.objects.all(), order="created_at", size=10).next is None


class TestMeanwhile:
    def test_rows_that_arrive_shift_nothing(self, reader):
        old = [row.pk for row in write(reader, [NOON + timedelta(minutes=n) for n in range(20)])]
        first = paging.paginate(Notice.objects.all(), order="-created_at", size=10)
        write(reader, [NOON + timedelta(hours=1)] * 5, prefix="newer")
        second = paging.paginate(Notice.objects.all(), order="-created_at", size=10, cursor=first.next)
        assert ids([first, second]) == old[::-1]

        newer = paging.paginate(Notice.objects.all(), order="-created_at", size=10, cursor=second.previous)
        assert newer.rows == first.rows
        ahead = paging.paginate(Notice.objects.all(), order="-created_at", size=10, cursor=newer.previous)
        assert len(ahead) == 5 and ahead.previous is None

    def test_the_row_of_the_cursor_may_go(self, reader):
        rows = write(reader, [NOON] * 20)
        first = paging.paginate(Notice.objects.all(), order="created_at", size=10)
        rows[9].delete()
        second = paging.paginate(Notice.objects.all(), order="created_at", size=10, cursor=first.next)
        assert ids([second]) == [row.pk for row in rows[10:]]

    def test_from_an_emptied_page_the_way_back_is_the_end_of_the_list(self, reader):
        rows = write(reader, [NOON] * 20)
        first = paging.paginate(Notice.objects.all(), order="created_at", size=10)
        Notice.objects.filter(pk__gt=rows[9].pk).delete()
        emptied = paging.paginate(Notice.objects.all(), order="created_at", size=10, cursor=first.next)
        assert (emptied.rows, emptied.next) == ([], None)
        last = paging.paginate(Notice.objects.all(), order="created_at", size=10, cursor=emptied.previous)
        assert (last.rows, last.next, last.previous) == (first.rows, None, None)


class TestColumns:
    def test_through_a_relation_in_one_statement(self, django_assert_num_queries):
        for name in "bca":
            write(User.objects.create_user(name), [NOON] * 4, prefix=name)
        seen, cursor = [], None
        for _ in range(3):
            with django_assert_num_queries(1):
                page = paging.paginate(
                    Notice.objects.all(), order="recipient__username", size=4, cursor=cursor
                )
            seen, cursor = seen + [row.key for row in page], page.next
        assert seen == [f"{name}:{n}" for name in "abc" for n in range(4)]
        assert cursor is None

    @pytest.mark.parametrize("order", ["kind", "-kind", "date", "-name"])
    def test_dates_words_and_a_key_that_is_not_a_number(self, order):
        days = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]
        WorkDay.objects.bulk_create(
            WorkDay(date=day, kind="off" if day.day % 3 else "work", name="节") for day in days
        )
        seen = ids(walk(WorkDay.objects.all(), order=order, size=7))
        assert sorted(seen) == days

    def test_a_column_that_is_null_is_refused_aloud(self, reader):
        write(reader, [NOON] * 2)
        with pytest.raises(ValueError, match="never null"):
            paging.paginate(Notice.objects.all(), order="read_at", size=1)


class TestCursor:
    @pytest.fixture
    def cursor(self, reader):
        write(reader, [NOON] * 3)
        filters = QueryDict("status=open&branch=1&branch=2&q=")
        return paging.paginate(Notice.objects.all(), order="created_at", size=1, filters=filters).next

    def ask(self, cursor, *, query="status=open&branch=1&branch=2", order="created_at", model=Notice):
        return paging.paginate(
            model.objects.all(), order=order, size=1, cursor=cursor, filters=QueryDict(query)
        )

    @pytest.mark.parametrize(
        "query",
        [
            "status=open&branch=1&branch=2",
            "branch=2&branch=1&status=open",
            "status=open&branch=1&branch=2&q=&page=",
            "status=open&branch=1&branch=2&cursor=whatever",
        ],
    )
    def test_of_the_same_filter_however_written(self, cursor, query):
        assert len(self.ask(cursor, query=query)) == 1

    @pytest.mark.parametrize("query", ["", "status=late&branch=1&branch=2", "status=open&branch=1", "q=x"])
    def test_of_another_filter_is_refused(self, cursor, query):
        with pytest.raises(paging.BadCursor):
            self.ask(cursor, query=query)

    def test_of_another_order_or_list_is_refused(self, cursor):
        for other in ({"order": "-created_at"}, {"order": "id"}, {"model": User, "order": "date_joined"}):
            with pytest.raises(paging.BadCursor):
                self.ask(cursor, **other)

    def test_tampered_is_refused(self, cursor):
        turned = "A" if cursor[3] != "A" else "B"
        for bad in (
            cursor[:3] + turned + cursor[4:],
            cursor[:-1],
            cursor + "x",
            "x",
            ":",
            "\x00",
            "页😀",
            "a:b:c",
        ):
            with pytest.raises(paging.BadCursor):
                self.ask(bad)

    def test_people_get_the_first_page_instead(self, cursor):
        for bad in (cursor, "x"):
            page = paging.paginate_or_first(Notice.objects.all(), order="created_at", size=1, cursor=bad)
            assert page.rows == [Notice.objects.earliest("id")]


class TestCount:
    @pytest.mark.parametrize(
        ("rows", "count", "text"),
        [(0, (0, False), "0 条"), (5, (5, False), "5 条"), (6, (5, True), "超过 5 条")],
    )
    def test_stops_at_the_limit(self, reader, django_assert_num_queries, rows, count, text):
        write(reader, [NOON] * rows)
        with django_assert_num_queries(1):
            counted = paging.count_up_to(Notice.objects.order_by("created_at"), 5)
        assert counted == count
        assert counted.text == text


class NoticeOut(serializers.ModelSerializer):
    class Meta:
        model = Notice
        fields = ("id",)


class NoticeList(ListAPIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    queryset = Notice.objects.all()
    serializer_class = NoticeOut
    pagination_class = KeysetPagination
    keyset_order = "-created_at"


def fetch(url):
    return NoticeList.as_view()(APIRequestFactory().get(url))


class TestApi:
    def test_fifty_a_page_with_whole_addresses(self, reader):
        rows = write(reader, [NOON] * 60)
        first = fetch("/notices/?unread=1").data
        second = fetch(first["next"]).data
        assert [len(page["results"]) for page in (first, second)] == [50, 10]
        assert first["previous"] is None and second["next"] is None
        assert first["next"].startswith("http://testserver/notices/?") and "unread=1" in first["next"]
        assert [row["id"] for row in first["results"] + second["results"]] == [row.pk for row in rows][::-1]
        assert fetch(second["previous"]).data["results"] == first["results"]

    def test_a_bad_cursor_is_400_at_the_field(self, reader):
        write(reader, [NOON] * 60)
        foreign = fetch("/notices/").data["next"] + "&unread=1"
        for url in ("/notices/?cursor=x", foreign):
            answer = fetch(url)
            assert answer.status_code == 400
            assert list(answer.data) == ["cursor"]
