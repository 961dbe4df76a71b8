"""A release is replaced by another while people buy, and one that does not start is rolled back."""

from typing import Any, Final

import yaml

from tests.deploy.cluster import runtime
from tests.deploy.cluster.bringing_up import LOCAL
from tests.deploy.cluster.drills.buying import said_by_check
from tests.deploy.cluster.drills.crowd import buying
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import STATE
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.documents import Document

RELEASE: Final = "boxoffice:0.1.0"
NEXT: Final = "next"
BROKEN: Final = "broken"
ORDERS: Final = "deployment/orders"
OVERLAY: Final = STATE / "upgrade"
BUYERS: Final = 8  # auth lets one address sign up fifty in a quarter of an hour


def upgrading(node: Node, step: Step) -> None:
    """Upgrade and roll back, as docs/operating.md says."""
    kubectl = Kubectl(node)
    _tag(node, RELEASE, NEXT)
    _tag(node, "python:3.13.16-slim-trixie", BROKEN)  # which knows no `orders`
    OVERLAY.mkdir()
    (OVERLAY / "kustomization.yaml").write_text(yaml.safe_dump(_overlay()), encoding="utf-8")
    with buying(node, BUYERS) as business:
        kubectl("apply", "--kustomize", OVERLAY)
        kubectl.wait_for_rollouts("deployment")
        kubectl("set", "image", ORDERS, f"service=boxoffice:{BROKEN}")
        until(lambda: _has_failed(kubectl), "the release that does not start has failed")
        kubectl("rollout", "undo", ORDERS)
        kubectl.wait_for_rollouts("deployment")
        until(lambda: _images(kubectl) == {f"boxoffice:{NEXT}"}, "one release is left")
    step.figure = (
        f"to another tag, and back from one that does not start; {business.words}; "
        f"{said_by_check(node)}"
    )
    step.details = business.found


def _tag(node: Node, image: str, tag: str) -> None:
    words = (f"docker.io/library/{image}", f"docker.io/library/boxoffice:{tag}")
    node.run(*runtime.SPACE, "images", "tag", "--force", *words)


def _overlay() -> dict[str, Any]:
    """Return what `kustomize edit set image` would make of a copy of the overlay."""
    up = "../" * (len(OVERLAY.parts) - 1)
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [up + str(LOCAL.relative_to("/"))],
        "images": [{"name": "boxoffice", "newTag": NEXT}],
    }


def _services(kubectl: Kubectl) -> list[Document]:
    label = "app.kubernetes.io/component"
    return [it for it in kubectl.pods() if it["metadata"]["labels"].get(label) == "service"]


def _images(kubectl: Kubectl) -> set[str]:
    return {it["spec"]["containers"][0]["image"] for it in _services(kubectl)}


def _has_failed(kubectl: Kubectl) -> bool:
    return any(
        status["restartCount"] > 0
        for pod in _services(kubectl)
        if pod["spec"]["containers"][0]["image"].endswith(BROKEN)
        for status in pod["status"].get("containerStatuses", ())
    )
