"""The Secrets that no manifest holds: drawn in a local cluster, made by an operator elsewhere."""

import re
import runpy
from collections.abc import Mapping
from functools import cache

from tests.deploy.kubernetes.building import MANIFESTS
from tests.deploy.kubernetes.documents import Document

EXPECTED = "boxoffice.test/expected"  # the mark of those that these tests add


def expected(overlay: str, namespace: str) -> list[Document]:
    """Return the Secrets that there will be; where only an operator knows a value, it is empty."""
    held = drawn() if overlay == "local" else listed()
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace, "annotations": {EXPECTED: "yes"}},
            "stringData": dict(values),
        }
        for name, values in held.items()
    ]


def is_expected(secret: Document) -> bool:
    """Tell a Secret that there will be from one that is in the manifests."""
    return EXPECTED in secret["metadata"].get("annotations", {})


@cache
def drawn() -> Mapping[str, Mapping[str, str]]:
    """Return what the Job of the local overlay draws."""
    script = runpy.run_path(str(MANIFESTS / "overlays" / "local" / "secrets" / "draw.py"))
    return dict(script["drawn"]())


@cache
def listed() -> Mapping[str, Mapping[str, str]]:
    """Return the table of secrets in the manifests' README, which an operator goes by."""
    page = (MANIFESTS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \|([^|]*)\|", page, re.MULTILINE)
    return {name: dict.fromkeys(re.findall(r"`([\w.-]+)`", keys), "") for name, keys in rows}
