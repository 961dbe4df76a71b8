"""Each selector takes what it should, and nothing besides; labels tell what a thing is."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from tests.deploy.kubernetes.documents import (
    WORKLOADS,
    Document,
    Documents,
    labels,
    of,
    pod,
    selects,
    template,
    title,
    workloads,
)

TOLD = ("app.kubernetes.io/name", "app.kubernetes.io/part-of")
# What somebody lists by label; the rest is found by its name.
LISTED = (*WORKLOADS, "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "ScaledObject")
CHANGING = ("app.kubernetes.io/version", "app.kubernetes.io/managed-by")


def findings(documents: Documents) -> list[str]:
    """Return the selectors that take too little or too much."""
    found = [*_own_pods(documents), *_strangers(documents), *_takers(documents)]
    return [*found, *_spread(documents), *_labels(documents), *_twice(documents)]


def _own_pods(documents: Documents) -> Iterator[str]:
    for workload in of(documents, "Deployment", "StatefulSet", "DaemonSet"):
        selector = workload["spec"]["selector"]
        if not selects(selector, labels(template(workload))):
            yield f"{title(workload)}: does not select its own pods"
        if changing := set(CHANGING) & set(selector.get("matchLabels", ())):
            yield f"{title(workload)}: selects by {', '.join(sorted(changing))}, which changes"


def _strangers(documents: Documents) -> Iterator[str]:
    for one, other in combinations(workloads(documents), 2):
        for mine, yours in ((one, other), (other, one)):
            selector = mine["spec"].get("selector")
            if mine["kind"] != "Job" and selects(selector, labels(template(yours))):
                yield f"{title(mine)}: selects the pods of {title(yours)}"


def _takers(documents: Documents) -> Iterator[str]:
    for service in of(documents, "Service"):
        selector = service["spec"].get("selector")
        if selector:
            yield from _one(documents, service, {"matchLabels": selector})
    for budget in of(documents, "PodDisruptionBudget"):
        yield from _one(documents, budget, budget["spec"]["selector"])


def _one(documents: Documents, taker: Document, selector: Document) -> Iterator[str]:
    taken = [each for each in workloads(documents) if selects(selector, labels(template(each)))]
    if len(taken) != 1:
        what = ", ".join(title(each) for each in taken) or "nothing"
        yield f"{title(taker)}: selects {what}"


def _spread(documents: Documents) -> Iterator[str]:
    for workload in workloads(documents):
        for constraint in pod(workload).get("topologySpreadConstraints", ()):
            if not selects(constraint.get("labelSelector"), labels(template(workload))):
                yield f"{title(workload)}: spreads pods that are not its own"


def _labels(documents: Documents) -> Iterator[str]:
    for document in of(documents, *LISTED):
        for label in TOLD:
            if label not in labels(document):
                yield f"{title(document)}: has no label {label}"
    for workload in workloads(documents):
        for label in TOLD:
            if label not in labels(template(workload)):
                yield f"{title(workload)}: its pods have no label {label}"


def _twice(documents: Documents) -> Iterator[str]:
    met = Counter((title(each), each["metadata"].get("namespace")) for each in documents)
    yield from (f"{name}: twice" for (name, _), times in met.items() if times > 1)
