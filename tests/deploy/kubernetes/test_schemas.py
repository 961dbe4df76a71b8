"""The API servers of today's clusters would take every document, and keep every field of it."""

from collections import Counter
from typing import Any

from pytest import mark

from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import of, title
from tests.deploy.kubernetes.installation import Installations
from tests.deploy.kubernetes.linting import refused, versions

ALL = Combination("production", options=("keda", "monitoring"))
BROKEN: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a field that nobody knows": ("Deployment", "spec.template.spec", {"replica": 2}),
    "a word for a number": ("Deployment", "spec", {"minReadySeconds": "soon"}),
    "an API that is gone": ("PodDisruptionBudget", "", {"apiVersion": "policy/v1beta1"}),
    "a kind that nobody knows": ("Service", "", {"kind": "Servise"}),
    "a scaler's field that KEDA does not know": ("ScaledObject", "spec", {"minReplicas": 2}),
    "a rule that is neither alert nor record": (
        "PrometheusRule",
        "spec.groups.0.rules.0",
        {"alert": ""},
    ),
}


def test_the_last_three_versions_of_kubernetes_take_every_document(
    installations: Installations, tally: Counter[str]
) -> None:
    documents = installations.distinct()
    wrong = zip(map(title, documents), refused(documents), strict=True)
    counted = versions()
    tally["distinct documents"] += len(documents)
    tally[f"validations (Kubernetes {', '.join(counted)})"] += len(documents) * len(counted)
    assert len(counted) == 3
    assert [(name, found) for name, found in wrong if found] == []


@mark.parametrize("what", BROKEN)
def test_a_document_broken_on_purpose_is_refused(
    what: str, installations: Installations, tally: Counter[str]
) -> None:
    kind, path, change = BROKEN[what]
    good, bad = (of(installations.complete(ALL), kind)[0] for _ in range(2))
    part: Any = bad
    for step in filter(None, path.split(".")):
        part = part[int(step)] if step.isdigit() else part[step]
    part.update(change)
    before, after = refused([good, bad])
    tally["faults noticed"] += 1
    assert before == []
    assert after != []
