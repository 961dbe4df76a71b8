"""A rolling restart of every service, one replica of each, while people buy."""

from tests.deploy.cluster.drills.crowd import buying
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.facts import SERVICES


def restarting(node: Node, step: Step) -> None:
    """Replace every pod of a service; probes, preStop and drain have to see that nobody notices."""
    kubectl = Kubectl(node)
    before = _pods(kubectl)
    with buying(node) as business:
        for service in SERVICES:
            kubectl("rollout", "restart", f"deployment/{service}")
            kubectl("rollout", "status", f"deployment/{service}", "--timeout=180s")
        until(lambda: not before & _pods(kubectl), "every pod of before has ended")
    step.figure = business.words
    step.details = business.found


def _pods(kubectl: Kubectl) -> set[str]:
    return {
        pod["metadata"]["uid"]
        for pod in kubectl.pods()
        if pod["metadata"]["labels"].get("app.kubernetes.io/component") == "service"
    }
