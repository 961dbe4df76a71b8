"""Every process in every pod is killed at once, as a power cut would."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.deploy.cluster.drills.buying import said_by_check
from tests.deploy.cluster.kubectl import Kubectl, is_ready
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.documents import Document


def killing(node: Node, step: Step) -> None:
    """Kill, wait until all are ready again, and buy."""
    kubectl = Kubectl(node)
    before = kubectl.pods()
    victims = [pid for pod in before for pid in processes(pod)]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)

    def are_back() -> bool:
        pods = kubectl.pods()
        return _restarts(pods) >= _restarts(before) + len(before) and all(map(is_ready, pods))

    took_s = until(are_back, "every pod has restarted and is ready", 240)
    assert {_uid(it) for it in before} == {_uid(it) for it in kubectl.pods()}, "no pod is another"
    step.figure = (
        f"{len(victims)} processes of {len(before)} pods killed; all ready after {took_s:.0f} s; "
        f"{said_by_check(node)}"
    )
    step.details = {"killed": len(victims), "ready_s": round(took_s, 1)}


def processes(pod: Document) -> Iterator[int]:
    """Yield the processes of a pod's containers; what holds its namespaces is none of them."""
    ids = [it["containerID"].split("//")[1] for it in pod["status"]["containerStatuses"]]
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and any(id in _cgroups(folder) for id in ids):
            yield int(folder.name)


def _cgroups(process: Path) -> str:
    try:
        return (process / "cgroup").read_text()
    except OSError:  # it has ended
        return ""


def _restarts(pods: list[Document]) -> int:
    return sum(it["restartCount"] for pod in pods for it in pod["status"]["containerStatuses"])


def _uid(pod: Document) -> str:
    return str(pod["metadata"]["uid"])
