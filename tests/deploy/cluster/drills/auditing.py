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
    kubectl("create", "job", "--from=cronjob/audit", "audit-now")

    def has_ended() -> bool:
        status = kubectl.get("job/audit-now")["status"]
        return bool(status.get("succeeded") or status.get("failed"))

    until(has_ended, "the audit has ended", 240)
    *judged, said = kubectl("logs", "job/audit-now").strip().splitlines()
    assert said.startswith("holds: "), [*judged, said]
    holds = sum(line.startswith("✓") for line in judged)
    step.figure = f"{holds} invariants hold; {said.removeprefix('holds: ')}"
    step.details = {"holds": holds}
