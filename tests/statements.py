"""How many SQL statements an answer costs: session and user included, the frame of transactions left out."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def statements(ask):
    """Call `ask`, which must answer 200; return its statements in order."""
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    assert response.status_code == 200, response
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(FRAME)]
