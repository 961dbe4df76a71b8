"""The node is drained: budgets let one pod of a kind go at a time, and all come back afterwards."""

import json
import subprocess
from typing import Final

from tests.deploy.cluster.drills.buying import said_by_check
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import NAME, STATE
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.documents import Document
from tests.deploy.kubernetes.edges import POD_NAME
from tests.deploy.kubernetes.facts import NAMESPACE

SERVICE: Final = "tickets"
BUDGET: Final = "Cannot evict pod as it would violate the pod's disruption budget."


def draining(node: Node, step: Step) -> None:
    """Evict two pods of a service at once, of which one may go; then drain, and come back."""
    kubectl = Kubectl(node)
    kubectl("scale", f"deployment/{SERVICE}", "--replicas=2")
    kubectl.wait_for_rollouts("deployment")
    first, second = (
        it["metadata"]["name"]
        for it in kubectl.pods()
        if it["metadata"]["labels"].get(POD_NAME) == SERVICE
    )
    assert _evicted(kubectl, first) == "", "a budget of one lets one go"
    refusal = _evicted(kubectl, second)
    assert BUDGET in refusal, f"and the other has to wait: {refusal}"
    kubectl("scale", f"deployment/{SERVICE}", "--replicas=1")
    kubectl.wait_for_rollouts("deployment")
    until(lambda: not any(map(_is_ending, kubectl.pods())), "who has to go is gone")
    gone = {it["metadata"]["uid"] for it in kubectl.pods()}
    kubectl("drain", NAME, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=180s")
    kubectl("uncordon", NAME)
    Kubectl(node, "kube-system").wait_for_rollouts("deployment")
    Kubectl(node, "ingress-nginx").wait_for_rollouts("deployment")
    kubectl.wait_for_rollouts()
    pods = kubectl.pods()
    assert not gone & {it["metadata"]["uid"] for it in pods}, "every pod is another one"
    step.figure = (
        f"of two pods a budget let one go; then {len(gone)} were drained, and {len(pods)} came "
        f"back; {said_by_check(node)}"
    )


def _is_ending(pod: Document) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def _evicted(kubectl: Kubectl, pod: str) -> str:
    """Ask for an eviction; return why it is refused, if it is."""
    file = STATE / "eviction.json"
    metadata = {"name": pod, "namespace": NAMESPACE}
    wanted = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    file.write_text(json.dumps(wanted), encoding="utf-8")
    path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
    try:
        kubectl("create", "--raw", path, "--filename", file)
    except subprocess.CalledProcessError as refusal:
        return str(refusal.stderr)
    return ""
