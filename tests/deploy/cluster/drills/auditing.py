"""The nightly audit judges what the shop has done so far, as a Job of its CronJob."""

import shutil

from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import STATE
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.building import MANIFESTS, lay_down
from tests.deploy.kubernetes.combinations import Combination

AUDITED = Combination("local", options=("audit",))


def auditing(node: Node, step: Step) -> None:
    """Add the component, and have its Job say that all holds."""
    kubectl = Kubectl(node)
    copy = STATE / "audited"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(MANIFESTS, copy)
    kubectl("apply", "--kustomize", lay_down(AUDITED, copy))
    kubectl.wait_for_rollouts()
    holds, said = judged(kubectl, "audit-now")
    step.figure = f"{holds} invariants hold; {said}"
    step.details = {"holds": holds}


def judged(kubectl: Kubectl, job: str) -> tuple[int, str]:
    """Run the audit as a Job of this name; return how many invariants hold, and for what."""
    kubectl("create", "job", "--from=cronjob/audit", job)

    def has_ended() -> bool:
        status = kubectl.get(f"job/{job}")["status"]
        return bool(status.get("succeeded") or status.get("failed"))

    until(has_ended, "the audit has ended", 240)
    *lines, said = kubectl("logs", f"job/{job}").strip().splitlines()
    assert said.startswith("holds: "), [*lines, said]
    return sum(line.startswith("✓") for line in lines), said.removeprefix("holds: ")
