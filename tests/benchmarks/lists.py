"""Every list of anchors among 100 000 of them: by filter, by word, deep in the pages, for three kinds of readers.

The best of five requests, so that what else the machine does counts little; statements as the database ran them.
"""

from operator import attrgetter

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.urls import reverse

from tests import cast
from tests.benchmarks import crowd
from tests.benchmarks.meter import Clock, Taken, measured

MANY = 100_000
TRIES = 5
PAGES_DEEP = 40
BACKEND = "accounts.backends.PersonBackend"
NARROWED = (
    "", "?division=360502", "?township=360521103", "?platform=DOUYIN", "?genre=FARM", "?band=OVER_10M",
    "?platform=DOUYIN&genre=FARM&band=OVER_10M", "?kind=VILLAGE", "?branch=1", "?branch=none", "?contact=none",
    "?contact=has", "?enterprise=7", "?q=小明", "?q=王小明直播", "?q=wxm", "?q=w", "?q=直播", "?q=赵钱",
    "?q=小明&division=360521&contact=none", "?platform=JD&genre=FARM&band=OVER_10M&township=360521103&kind=VILLAGE",
)
OF_CONTACTS = ("", "?tab=branchless", "?tab=declined", "?tab=wish", "?division=360521&q=小明")


def main(folder):
    setup_test_environment()  # a response keeps its context
    city = cast.build()
    with measured(f"{MANY} anchors made"):
        this = crowd.fill(city, MANY)
    coverage = reverse("census:round", args=[this.pk])
    pages = {
        city.staff: (*_registry(), *_contacts(), coverage, reverse("census:list"), reverse("newcomers:list"),
                     reverse("branches:enterprises"), reverse("branches:list")),
        city.secretary: (*_registry(), *_contacts(), reverse("branches:enterprises"), reverse("branches:list")),
        city.member: _registry(),
    }
    slowest = [look(user, page) for user, some in pages.items() for page in some]
    print(f"slowest: {max(taken.wall for taken in slowest) * 1000:.0f} ms by the clock, "
          f"{max(taken.cpu for taken in slowest) * 1000:.0f} ms of this processor")


def _registry():
    return (*(f"{reverse('anchors:list')}{query}" for query in NARROWED), "deep", "deep?platform=DOUYIN", "deep?q=小明")


def _contacts():
    return [f"{reverse('contacts:list')}{query}" for query in OF_CONTACTS]


def look(user, page):
    """Print the best of some requests for a page; "deep" is the registry's, many pages on."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    address = _deep(client, page.removeprefix("deep")) if page.startswith("deep") else page
    found = [_request(client, address) for _ in range(TRIES)]
    best = min((taken for taken, _ in found), key=attrgetter("wall"))
    queries = found[-1][1]
    times = sorted(((float(query["time"]) * 1000, query["sql"]) for query in queries), reverse=True)
    print(f"{user.username:10} {page:75} {best.wall * 1000:6.0f} ms, cpu {best.cpu * 1000:5.0f} ms, "
          f"{len(queries):2} statements, the longest {times[0][0]:.0f} ms", flush=True)
    return best


def _deep(client, query):
    address = f"{reverse('anchors:list')}{query}"
    for _ in range(PAGES_DEEP):
        cursor = client.get(address).context["page"].next
        if cursor is None:
            break
        address = f"{reverse('anchors:list')}{query}{'&' if query else '?'}cursor={cursor}"
    return address


def _request(client, address):
    with CaptureQueriesContext(connection) as queries:
        clock = Clock()
        response = client.get(address)
        taken = clock.taken()
    if response.status_code not in (200, 403):
        raise RuntimeError(f"{address}: {response.status_code}")
    return Taken(taken.wall, taken.cpu), queries.captured_queries
