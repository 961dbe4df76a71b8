"""A volume of MongoDB is lost, and all is put back from a backup, as docs/backup.md says."""

import json
import subprocess
from typing import Final

from tests.deploy.cluster.bringing_up import CERTIFICATE
from tests.deploy.cluster.drills.buying import said_by_check
from tests.deploy.cluster.drills.crowd import meanwhile
from tests.deploy.cluster.drills.manual import block, typed
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import STATE
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.volumes import volume
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.facts import HOST

PAGE: Final = "backup.md"
FOLDER: Final = STATE / "backup"
CLAIM: Final = "data-mongo-0"
POD: Final = "mongo-0"
INITIATE: Final = "job/mongo-initiate"


def restoring(node: Node, step: Step) -> None:
    """Back up while somebody sells, sell more, lose the volume, and have back what was kept."""
    kubectl = Kubectl(node)
    said_by_check(node)
    with meanwhile(node, "pressing", "trade") as seller:
        typed(node, FOLDER, block(PAGE, "kubectl -n boxoffice get deployments"))
        sold = json.loads(seller.communicate(timeout=60)[0])
    kubectl.wait_for_rollouts()
    kept = _tickets(node)
    assert sold, "something was sold while the backup began"
    assert kept.issuperset(sold), "and what the shop has said it has, it has"
    said_by_check(node)
    assert kept < _tickets(node), "and more afterwards"
    _lose_volume(kubectl)
    typed(node, FOLDER, block(PAGE, "kubectl -n boxoffice scale deployment"))
    kubectl.wait_for_rollouts()
    assert _tickets(node) == kept, "what was sold until the backup is there, and nothing else"
    archives = sum(it.stat().st_size for it in FOLDER.rglob("*") if it.is_file())
    step.figure = (
        f"{CLAIM} lost and {len(kept)} tickets back from {archives / 1024:.0f} KiB; "
        f"{said_by_check(node)}"
    )
    step.details = {"tickets": len(kept), "bytes": archives}


def _lose_volume(kubectl: Kubectl) -> None:
    """Lose what is on it, replace it by another, and have the pod begin on that."""
    uid = kubectl.get("pod", POD)["metadata"]["uid"]
    volume_name = kubectl.get("pvc", CLAIM)["spec"]["volumeName"]
    kubectl.apply([volume(f"{volume_name}-anew")])
    kubectl("delete", f"pvc/{CLAIM}", f"pod/{POD}", "--wait=false")

    def has_begun_anew() -> bool:
        try:
            pod, claim = kubectl.get("pod", POD), kubectl.get("pvc", CLAIM)
        except subprocess.CalledProcessError:
            return False
        is_new = pod["metadata"]["uid"] != uid and pod["status"]["phase"] == "Running"
        return is_new and claim["spec"].get("volumeName") != volume_name

    until(has_begun_anew, f"{POD} has another volume")
    # A Job that is complete stays for a minute, and runs anew only when it is gone.
    until(lambda: not kubectl.does("get", INITIATE), f"{INITIATE} is gone")


def _tickets(node: Node) -> set[str]:
    """Return the tickets that the shop shows to anybody."""
    asked = ("curl", "--silent", "--fail", "--cacert", CERTIFICATE)
    shown = json.loads(node.run(*asked, f"https://{HOST}/api/tickets?limit=100"))
    return {it["id"] for it in shown}
