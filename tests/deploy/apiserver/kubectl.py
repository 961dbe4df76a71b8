"""kubectl, asked for what a person would ask it for."""

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.kubernetes.documents import Document

PATIENCE_S = 120


@dataclass(frozen=True)
class Said:
    """What kubectl did, a line each, and whatever else it had to say: refusals and warnings."""

    done: list[str]
    complaints: list[str]


@dataclass(frozen=True)
class Kubectl:
    """Speaks to the server that `config` names."""

    config: Path

    def apply(self, documents: Iterable[Document]) -> Said:
        """Apply documents as the server merges them."""
        return self._run("apply", "--server-side", "--filename", "-", documents=documents)

    def apply_folder(self, folder: Path) -> Said:
        """Build a kustomization and apply it, as README.md tells people to."""
        return self._run("apply", "--server-side", "--kustomize", str(folder))

    def would_apply(self, documents: Iterable[Document]) -> Said:
        """Have the server look at each document by itself, and keep nothing."""
        words = ("--server-side", "--dry-run=server", "--filename", "-")
        return self._run("apply", *words, documents=documents)

    def would_create(self, documents: Iterable[Document]) -> Said:
        """Have the server go through all that creating documents takes, and keep nothing."""
        return self._run("create", "--dry-run=server", "--filename", "-", documents=documents)

    def delete(self, documents: Iterable[Document]) -> Said:
        """Remove documents, without waiting for controllers that are not there."""
        words = ("--wait=false", "--ignore-not-found", "--filename", "-")
        return self._run("delete", *words, documents=documents)

    def wait_for(self, condition: str, what: str) -> Said:
        """Wait until all of a kind are in a condition."""
        return self._run("wait", f"--for=condition={condition}", what, "--all", "--timeout=60s")

    def _run(self, *words: str, documents: Iterable[Document] = ()) -> Said:
        items = {"apiVersion": "v1", "kind": "List", "items": list(documents)}
        done = subprocess.run(
            [
                "kubectl",
                f"--kubeconfig={self.config}",
                f"--cache-dir={self.config.parent / 'cache'}",
                *words,
            ],
            input=json.dumps(items),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        complaints = done.stderr.splitlines()
        if done.returncode and not complaints:
            complaints = [f"kubectl ended with {done.returncode}"]
        return Said(done.stdout.splitlines(), complaints)
