"""Who can knock, and where: pods with their addresses, their networks and their ports."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.deploy.cluster import ingress
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import NODE
from tests.deploy.kubernetes.documents import Document
from tests.deploy.kubernetes.edges import POD_NAME
from tests.deploy.kubernetes.facts import NAMESPACE

KNOCKING: Final = Path(__file__).with_name("knocking.py")
NETWORKS: Final = "/run/netns"
SYSTEM: Final = "kube-system"
ABROAD: Final = "default"  # a namespace of whom no policy speaks
SPACES: Final = (NAMESPACE, ingress.NAMESPACE, ABROAD, SYSTEM)
IMAGE: Final = "python:3.13.16-slim-trixie"


@dataclass(frozen=True)
class Place:
    """A pod, or the API server: what the policies know it by, its address, and its ports."""

    space: str
    name: str
    address: str
    ports: tuple[int, ...]

    @property
    def called(self) -> str:
        """Return how an edge names it."""
        return self.name if self.space == NAMESPACE else f"namespace {self.space}"

    def __str__(self) -> str:
        return self.name if self.space == NAMESPACE else f"{self.space}/{self.name}"


API: Final = Place(SYSTEM, "kube-apiserver", NODE, (6443,))


def guest(space: str, name: str) -> dict[str, Any]:
    """Describe a pod of this name in the labels, which serves whoever reaches it."""
    container = {
        "name": "it",
        "image": IMAGE,
        "imagePullPolicy": "Never",
        "command": ["python3", "-m", "http.server", "--directory", "/tmp", "8000"],
        "ports": [{"containerPort": 8000}],
        "readinessProbe": {"tcpSocket": {"port": 8000}, "periodSeconds": 1},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    person = {"runAsNonRoot": True, "runAsUser": 10001}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{name}-guest",
            "namespace": space,
            "labels": {POD_NAME: name, "guest": "true"},
        },
        "spec": {
            "automountServiceAccountToken": False,
            "securityContext": person | {"seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
        },
    }


def all_places(node: Node, spaces: Sequence[str] = SPACES) -> Iterator[Place]:
    """Yield a pod of each name."""
    seen = set()
    for space in spaces:
        for pod in Kubectl(node, space).pods():
            place = _place(space, pod)
            if (space, place.name) not in seen and "podIP" in pod["status"]:
                seen.add((space, place.name))
                yield place


def _place(space: str, pod: Document) -> Place:
    labels = pod["metadata"]["labels"]
    name = labels.get(POD_NAME) or labels.get("app") or labels["k8s-app"]
    ports = {
        port["containerPort"]
        for container in pod["spec"]["containers"]
        for port in container.get("ports", ())
        if port["protocol"] == "TCP"
    }
    return Place(space, name, pod["status"].get("podIP", ""), tuple(sorted(ports)))


class Doors:
    """Knocks from inside the networks of pods."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._networks = dict(self._found())

    def _found(self) -> Iterator[tuple[str, str]]:
        for name in self._node.run("ls", NETWORKS).split():
            shown = self._node.run("ip", "-netns", name, "-json", "-4", "address")
            for interface in json.loads(shown):
                for address in interface.get("addr_info", ()):
                    if address["scope"] == "global":
                        yield address["local"], f"{NETWORKS}/{name}"

    def open_from(self, client: Place, targets: Sequence[tuple[Place, int]]) -> list[bool]:
        """Tell which ports a client can connect to."""
        asked = json.dumps([(server.address, port) for server, port in targets])
        network = f"--net={self._networks[client.address]}"
        said = self._node.run("nsenter", network, sys.executable, KNOCKING, asked)
        answers: list[bool] = json.loads(said)
        return answers

    def listening(self, place: Place) -> list[tuple[Place, int]]:
        """Return the ports of a pod on which somebody listens, as it says itself."""
        targets = [(place, port) for port in place.ports]
        answers = self.open_from(place, targets)
        return [target for target, is_open in zip(targets, answers, strict=True) if is_open]
