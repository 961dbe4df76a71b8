"""The pages of metrics of several services as one: each sample says whose it is.

A Prometheus that reads the pods of a cluster gives its samples the same label.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector


def one_page(pages: Mapping[str, bytes]) -> bytes:
    """Return the metrics of all services, given the page of each by its name.

    >>> page = one_page({"auth": b"late 1.0\\n", "orders": b"late 2.0\\n"})
    >>> page.decode().splitlines()[1:]
    ['# TYPE late untyped', 'late{service="auth"} 1.0', 'late{service="orders"} 2.0']
    """
    registry = CollectorRegistry()
    registry.register(_Pages(pages))
    return generate_latest(registry)


@dataclass(eq=False)
class _Pages(Collector):
    pages: Mapping[str, bytes]

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for service, page in self.pages.items():
            for found in text_string_to_metric_families(page.decode()):
                family = families.setdefault(
                    found.name, Metric(found.name, found.documentation, found.type)
                )
                for sample in found.samples:
                    labels = {"service": service, **sample.labels}
                    family.add_sample(sample.name, labels, sample.value)
        yield from families.values()
