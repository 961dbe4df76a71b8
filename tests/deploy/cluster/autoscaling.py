"""What autoscalers ask: metrics-server and KEDA, by their own manifests, for who drills that.

`scalers` pins both, so that Go compiles what they share once.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.deploy.cluster.cached import once
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import CACHE
from tests.deploy.cluster.programs import SCALERS
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.building import documents_in
from tests.deploy.kubernetes.documents import each_container

FOLDER: Final = CACHE / "scalers"
# Ours beside theirs: the module, and the folder of it that holds manifests.
THEIRS: Final = {
    "metrics-server": ("sigs.k8s.io/metrics-server", "manifests"),
    "keda": ("github.com/kedacore/keda/v2", "config"),
}
# The program of each image.
PROGRAMS: Final = {
    "metrics-server": "metrics-server",
    "keda": "keda",
    "keda-metrics-apiserver": "keda-adapter",
    "keda-admission-webhooks": "keda-admission-webhooks",
}
SPACES: Final = ("kube-system", "keda")
SERVED: Final = ("v1beta1.metrics.k8s.io", "v1beta1.external.metrics.k8s.io")
WEBHOOK: Final = "validatingwebhookconfiguration/keda-admission"


def fetch() -> None:
    """Copy their manifests out of Go's cache, and lay ours over them."""
    ours = sorted(SCALERS.glob("*.yaml"))
    once("scalers", [SCALERS / "go.sum", *ours], _copy)


def _copy() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, (module, part) in THEIRS.items():
        asked = ["go", "mod", "download", "-json", module]
        said = subprocess.run(asked, cwd=SCALERS, check=True, capture_output=True, text=True)
        shutil.copytree(Path(json.loads(said.stdout)["Dir"]) / part, FOLDER / name / part)
        (FOLDER / name).chmod(0o755)
        shutil.copy(SCALERS / f"{name}.yaml", FOLDER / name / "kustomization.yaml")


def images() -> Mapping[str, str]:
    """Return the full name of each image by its short one, as their manifests have it."""
    return {it.split("/")[-1].split(":")[0]: it for it in _named()}


def _named() -> Iterator[str]:
    for name in THEIRS:
        asked = ["kubectl", "kustomize", str(FOLDER / name)]
        said = subprocess.run(asked, check=True, capture_output=True, text=True)
        documents = documents_in(said.stdout)
        yield from (container["image"] for _, _, container in each_container(documents))


def install(node: Node) -> None:
    """Put both on the node, and wait until autoscalers are answered."""
    kubectl = Kubectl(node)
    for name in THEIRS:  # on the server's side, for a definition is too long for an annotation
        kubectl("apply", "--server-side", "--kustomize", FOLDER / name)
    for space in SPACES:
        Kubectl(node, space).wait_for_rollouts("deployment")
    served = [f"apiservice/{it}" for it in SERVED]
    kubectl("wait", "--for=condition=Available", *served, "--timeout=120s")

    def is_trusted() -> bool:
        webhooks = kubectl.get(WEBHOOK)["webhooks"]
        return all("caBundle" in it["clientConfig"] for it in webhooks)

    until(is_trusted, "the API server asks KEDA about what is applied")
