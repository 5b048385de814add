"""The roster of as many anchors as one request may take."""

from types import SimpleNamespace

from anchors.registry import services
from anchors.registry.models import Anchor
from tests import cast
from tests.benchmarks import crowd
from tests.benchmarks.meter import measured


def main(folder):
    city = cast.build()
    crowd.fill(city, services.EXPORT_LIMIT)
    newest = Anchor.objects.order_by("-pk").values("pk")[:services.EXPORT_LIMIT]
    rows = Anchor.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))
    narrowing = SimpleNamespace(asked={}, words="全部", rows=rows)
    with measured(f"export of {len(newest)} anchors"):
        services.export(narrowing, actor=city.staff, reason="核对")
