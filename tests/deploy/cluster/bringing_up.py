"""From a node with nothing on it to a shop with an open door."""

import subprocess
from base64 import b64decode
from collections.abc import Mapping
from typing import Final

from tests.deploy.cluster import control_plane, ingress, runtime
from tests.deploy.cluster.images import store
from tests.deploy.cluster.kubectl import Kubectl, is_ready
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import DOOR, NAME, STATE
from tests.deploy.cluster.programs import HERE
from tests.deploy.cluster.report import Report
from tests.deploy.cluster.volumes import volume
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.building import MANIFESTS
from tests.deploy.kubernetes.facts import HOST
from tests.house.tree import ROOT

LOCAL: Final = MANIFESTS / "overlays" / "local"
CLAIMS: Final = 3
JOBS: Final = ("draw-secrets", "mongo-initiate")
CERTIFICATE: Final = STATE / "shop.pem"


def bring_up(node: Node, names: Mapping[str, str], report: Report) -> None:
    """Begin with an empty node."""
    kubectl = Kubectl(node)
    with report.step("node") as step:
        runtime.start(node, names["pause"])
        control_plane.start(node)
        archives = [store.archive_of(it) for it in names.values()]
        runtime.load(node, archives)
        until(lambda: kubectl.does("get", "--raw", "/readyz"), "the API server is ready")
        until(lambda: kubectl.does("get", f"node/{NAME}"), "the node is known")
        kubectl("wait", "--for=condition=Ready", f"node/{NAME}", "--timeout=120s")
        version = kubectl.get(f"node/{NAME}")["status"]["nodeInfo"]
        loaded = sum(it.stat().st_size for it in archives) / 1e9
        step.figure = (
            f"Kubernetes {version['kubeletVersion']}, {version['containerRuntimeVersion']}; "
            f"{len(names)} images, {loaded:.1f} GB"
        )
    with report.step("names and firewall") as step:
        kubectl("apply", "--filename", HERE / "surroundings.yaml")
        kubectl.apply(volume(f"volume-{number}") for number in range(CLAIMS))
        control_plane.guard(node)
        Kubectl(node, "kube-system")("rollout", "status", "deployment/coredns", "--timeout=120s")
        step.figure = f"CoreDNS, kube-router, {CLAIMS} volumes"
    _install(node, kubectl, report)


def _install(node: Node, kubectl: Kubectl, report: Report) -> None:
    with report.step("apply") as step:
        applied = kubectl("apply", "--kustomize", LOCAL).splitlines()
        for job in JOBS:
            kubectl("wait", "--for=condition=Complete", f"job/{job}", "--timeout=240s")
        kubectl.wait_for_rollouts()
        pods = kubectl.pods()
        assert all(map(is_ready, pods)), pods
        restarts = sum(
            it["restartCount"] for pod in pods for it in pod["status"]["containerStatuses"]
        )
        step.figure = (
            f"{len(applied)} objects, {len(pods)} pods ready, {len(JOBS)} Jobs complete, "
            f"{restarts} restarts; {_resident_mb(node)} MB resident in all"
        )
        step.details = {"pods": len(pods), "objects": len(applied), "restarts": restarts}
    with report.step("ingress") as step:
        beside = Kubectl(node, ingress.NAMESPACE)
        kubectl.apply(ingress.documents(kubectl))
        beside("rollout", "status", f"deployment/{ingress.NAME}", "--timeout=120s")
        hosts = STATE / "hosts"
        hosts.write_text(f"127.0.0.1 localhost\n{DOOR} {HOST}\n")
        node.run("mount", "--bind", hosts, "/etc/hosts")
        shown = kubectl("get", "secret", "ticketing-dev", "-o", r"jsonpath={.data.tls\.crt}")
        CERTIFICATE.write_bytes(b64decode(shown))
        # A pod is ready before kube-proxy leads to it.
        until(lambda: _opens(node), f"https://{HOST} leads to the ingress")
        step.figure = f"{HOST} at {DOOR}"


def _opens(node: Node) -> bool:
    try:
        # What is asked too early may be dropped, and not refused.
        node.run("curl", "--silent", "--max-time", "2", "--cacert", CERTIFICATE, f"https://{HOST}/")
    except subprocess.CalledProcessError:
        return False
    return True


def _resident_mb(node: Node) -> int:
    """Return the memory of all processes in the node; what they share is counted for each."""
    return sum(map(int, node.run("ps", "-A", "-o", "rss=").split())) // 1024


def check(node: Node, *options: str) -> str:
    """Have `boxoffice check` buy a ticket; return what it says.  Raises: CalledProcessError."""
    program = ROOT / ".venv" / "bin" / "boxoffice"
    trusting = ("env", f"SSL_CERT_FILE={CERTIFICATE}")
    return node.run(*trusting, program, "check", f"https://{HOST}", *options, within_s=300)
