"""Builds manifests as `kubectl apply -k` would, without a cluster."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import yaml
from pytest import skip

from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import Document
from tests.house.tree import ROOT

MANIFESTS = ROOT / "k8s"
BUILD_TIMEOUT_S = 60


class Unbuildable(Exception):
    """kustomize refused; the message is its own."""


def build(folder: Path) -> list[Document]:
    """Return the documents of one kustomization.  Raises: Unbuildable."""
    done = subprocess.run(
        [*_builder(), str(folder)],
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
        env={**os.environ, "GOGC": "off"},  # over before its memory is worth collecting
    )
    if done.returncode or done.stderr:  # a warning is of a field that will go
        raise Unbuildable(done.stderr.strip())
    return documents_in(done.stdout)


def documents_in(text: str) -> list[Document]:
    """Return the documents of what kustomize has built."""
    return [each for each in yaml.load_all(text, Loader=_Loader) if each]


def lay_down(combination: Combination, manifests: Path) -> Path:
    """Put a combination beside the overlay that it is made of, in a copy of the manifests."""
    overlays = manifests / "overlays"
    folder = overlays / f"as-{combination}"
    shutil.copytree(overlays / combination.overlay, folder)
    page = folder / "kustomization.yaml"
    kustomization = yaml.safe_load(page.read_text(encoding="utf-8"))
    kustomization["components"] = combination.components(kustomization["components"])
    page.write_text(yaml.safe_dump(kustomization), encoding="utf-8")
    return folder


@cache
def _builder() -> list[str]:
    for command in (["kubectl", "kustomize"], ["kustomize", "build"]):
        if shutil.which(command[0]):
            return command
    skip("no kubectl, and no kustomize")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads `=` as text and not as the operator that YAML 1.1 made of it."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: str(node.value))
