"""kubectl in the node, as whoever installs the shop."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.deploy.cluster.node import Node
from tests.deploy.kubernetes.documents import Document
from tests.deploy.kubernetes.facts import NAMESPACE


class Kubectl:
    """Speaks of the shop's namespace unless told otherwise."""

    def __init__(self, node: Node, namespace: str = NAMESPACE) -> None:
        self._node = node
        self._namespace = namespace

    def __call__(self, *words: str | Path, within_s: float = 300) -> str:
        """Return what it prints.  Raises: CalledProcessError, TimeoutExpired."""
        # A manifest says itself where it belongs.
        named = () if words[0] == "apply" else ("--namespace", self._namespace)
        return self._node.run("kubectl", *named, *words, within_s=within_s)

    def get(self, *words: str) -> Document:
        """Return an object, or a list of them.  Raises: CalledProcessError."""
        found: Document = json.loads(self("get", *words, "--output", "json"))
        return found

    def pods(self) -> list[Document]:
        """Return the pods that are meant to run, with all about them."""
        phases = ("Pending", "Running", "Unknown")
        items = self.get("pods")["items"]
        return [it for it in items if it["status"]["phase"] in phases]

    def apply(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """Apply documents.  Raises: CalledProcessError."""
        items = {"apiVersion": "v1", "kind": "List", "items": list(documents)}
        subprocess.run(
            self._node.command("kubectl", "apply", "--filename", "-"),
            env=self._node.environment,
            input=json.dumps(items),
            check=True,
            capture_output=True,
            text=True,
        )

    def does(self, *words: str) -> bool:
        """Tell whether a command succeeds."""
        try:
            self(*words)
        except subprocess.CalledProcessError:
            return False
        return True

    def wait_for_rollouts(self, *kinds: str, within_s: int = 240) -> None:
        """Wait until everything of these kinds is there and ready.  Raises: CalledProcessError."""
        for kind in kinds or ("deployment", "statefulset"):
            for it in self.get(kind)["items"]:
                name = f"{kind}/{it['metadata']['name']}"
                self("rollout", "status", name, f"--timeout={within_s}s", within_s=within_s + 10)


def is_ready(pod: Document) -> bool:
    """Tell whether a pod says so of itself."""
    conditions = pod["status"].get("conditions", ())
    return any(it["type"] == "Ready" and it["status"] == "True" for it in conditions)
