"""Where the cluster keeps what it is made of, and the addresses that it has inside."""

from typing import Final

from tests.house.tree import ROOT

CACHE: Final = ROOT / "build" / "cluster"
PROGRAMS: Final = CACHE / "bin"
IMAGES: Final = CACHE / "images"
STATE: Final = CACHE / "node"  # of the node that runs now, or ran last
LOGS: Final = STATE / "log"
KEYS: Final = STATE / "keys"
ADMIN: Final = KEYS / "admin.kubeconfig"
REPORT: Final = CACHE / "report.json"

NAME: Final = "node1"
NODE: Final = "10.77.0.1"
API: Final = f"https://{NODE}:6443"
SERVICES: Final = "10.96.0.0/16"
API_SERVICE: Final = "10.96.0.1"
RESOLVER: Final = "10.96.0.10"
DOOR: Final = "10.96.0.80"
PODS: Final = "10.244.0.0/16"
SOCKET: Final = "/run/containerd.sock"  # of the node's own /run
CGROUP: Final = "boxoffice-node"
