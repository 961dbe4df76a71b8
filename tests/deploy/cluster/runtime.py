"""containerd in the node, with the addresses of pods, and the images that it has."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.deploy.cluster.cached import once
from tests.deploy.cluster.needs import CNI
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import CACHE, PODS, SOCKET, STATE
from tests.deploy.cluster.waiting import until

KEPT: Final = CACHE / "containerd"  # from run to run: to unpack images takes a minute
SPACE: Final = ("ctr", "--address", SOCKET, "--namespace", "k8s.io")
SUBNET: Final = PODS.replace("/16", "/24")
# restrict_oom_score_adj: where even root may not lower a score, runc could start nothing.
CONFIG: Final = """version = 2
root = "{kept}"
state = "/run/containerd"
[grpc]
  address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{cni}"
    conf_dir = "{state}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
"""


def start(node: Node, pause: str) -> None:
    """Start containerd; `pause` is the image of what holds a pod's namespaces."""
    config = STATE / "containerd.toml"
    config.write_text(CONFIG.format(kept=KEPT, state=STATE, socket=SOCKET, cni=CNI, pause=pause))
    shutil.rmtree(KEPT / "io.containerd.grpc.v1.cri", ignore_errors=True)
    (STATE / "cni").mkdir()
    (STATE / "cni" / "10-pods.conflist").write_text(json.dumps(_network()))
    _run(node, config)
    left = node.run(*SPACE, "containers", "list", "--quiet").split()
    if left:  # by a node that has ended; containerd has to hear of nothing of it
        node.run(*SPACE, "containers", "delete", *left)
        node.end("containerd")
        _run(node, config)


def _run(node: Node, config: Path) -> None:
    node.daemon("containerd", "containerd", "--config", config)
    until(lambda: _answers(node), "containerd answers")


def _answers(node: Node) -> bool:
    try:
        node.run(*SPACE, "version")
    except subprocess.CalledProcessError:
        return False
    return True


def load(node: Node, archives: Iterable[Path]) -> None:
    """Give it the images that it has not yet."""
    for archive in archives:
        known = f"{archive.stat().st_mtime_ns} {archive.stat().st_size}"
        command = (*SPACE, "images", "import", archive)
        load_it = partial(node.run, *command, within_s=300)
        once(f"loaded-{archive.stem}", [known], load_it)


def _network() -> dict[str, Any]:
    addresses = {
        "type": "host-local",
        "dataDir": "/run/cni-addresses",
        "ranges": [[{"subnet": SUBNET}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True}
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    plugins = [bridge | {"ipMasq": False, "ipam": addresses}, ports]
    return {"cniVersion": "1.0.0", "name": "pods", "plugins": plugins}
