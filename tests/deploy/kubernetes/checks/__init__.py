"""The cross-checks: each takes the documents of an installation and returns what is wrong."""

from collections.abc import Callable, Mapping
from typing import Final

from tests.deploy.kubernetes.checks import (
    monitoring,
    names,
    policies,
    ports,
    probes,
    quantities,
    references,
    routes,
    scaling,
    security,
    selectors,
    settings,
    timing,
)
from tests.deploy.kubernetes.documents import Documents

CHECKS: Final[Mapping[str, Callable[[Documents], list[str]]]] = {
    module.__name__.rpartition(".")[2]: module.findings
    for module in (
        monitoring,
        names,
        policies,
        ports,
        probes,
        quantities,
        references,
        routes,
        scaling,
        security,
        selectors,
        settings,
        timing,
    )
}
