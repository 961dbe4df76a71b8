"""Kubernetes, its names and its firewall, built from their Go modules; in ten minutes, once.

tests/deploy/apiserver pins Kubernetes and etcd, for that API server as well; `dns` and `router`
pin what they share with it to the same versions, so that Go compiles that once.  `scalers` pins
what only those need who scale: another ten minutes, and Go 1.26.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.deploy.cluster.cached import once
from tests.deploy.cluster.needs import Lacking
from tests.deploy.cluster.places import PROGRAMS
from tests.house.tree import ROOT

HERE: Final = Path(__file__).parent
KUBERNETES: Final = ROOT / "tests" / "deploy" / "apiserver"
COMPONENTS: Final = (
    *("kubelet", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kube-apiserver"),
)
ROUTER: Final = "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
ETCD: Final = "go.etcd.io/etcd/server/v3"
SCALERS: Final = HERE / "scalers"
SCALING: Final = {
    "metrics-server": "sigs.k8s.io/metrics-server/cmd/metrics-server",
    "keda": "github.com/kedacore/keda/v2/cmd/operator",
    "keda-adapter": "github.com/kedacore/keda/v2/cmd/adapter",
    "keda-admission-webhooks": "github.com/kedacore/keda/v2/cmd/webhooks",
}
# Of these a release is enough, which Go's own table of hashes vouches for.
RELEASES: Final = {
    "stripe-mock": "github.com/stripe/stripe-mock@v0.203.0",
    "nats": "github.com/nats-io/natscli/nats@v0.5.1",
}
SMALL: Final = "-s -w"  # without symbols


def build(scales: bool = False) -> Iterator[str]:
    """Build what is not there, and say what is being built."""
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    flags = _version()
    components = [f"k8s.io/kubernetes/cmd/{name}" for name in COMPONENTS]
    yield "kubelet and the control plane"
    _go("kubernetes", KUBERNETES, flags, PROGRAMS, *components)
    yield "etcd"
    _go("etcd", KUBERNETES, SMALL, PROGRAMS / "etcd", ETCD)
    yield "CoreDNS"
    _go("coredns", HERE / "dns", SMALL, PROGRAMS / "coredns", ".")
    yield "kube-router"
    _go("kube-router", HERE / "router", SMALL, PROGRAMS / "kube-router", ROUTER)
    for name, module in RELEASES.items():
        yield name
        command = ["go", "install", "-ldflags", SMALL, module]
        once(name, [module], lambda command=command: _run(command, ROOT))
    for name, package in SCALING.items() if scales else ():
        yield name
        _go(name, SCALERS, SMALL, PROGRAMS / name, package)


def check_built(scales: bool = False) -> None:
    """Raises: Lacking, if a program would have to be built, which takes long."""
    wanted = [
        *COMPONENTS,
        "etcd",
        "coredns",
        "kube-router",
        *RELEASES,
        *(SCALING if scales else ()),
    ]
    lacking = [name for name in wanted if not (PROGRAMS / name).exists()]
    if lacking:
        raise Lacking(f"the cluster is left out: {', '.join(lacking)} have not been built here")


def _version() -> str:
    """Return the linker's flags; a server that was not told its version says none to kubectl."""
    asked = ["go", "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes"]
    said = subprocess.run(asked, cwd=KUBERNETES, check=True, capture_output=True, text=True)
    major, minor, _ = said.stdout.strip().removeprefix("v").split(".")
    told = {"gitVersion": said.stdout.strip(), "gitMajor": major, "gitMinor": minor}
    flags = [f"-X k8s.io/component-base/version.{name}={value}" for name, value in told.items()]
    return " ".join([SMALL, *flags])


def _go(name: str, module: Path, flags: str, output: Path, *packages: str) -> None:
    to = f"{output}/" if output == PROGRAMS else str(output)
    command = ["go", "build", "-p", "2", "-trimpath", "-ldflags", flags, "-o", to, *packages]
    sources = sorted([module / "go.sum", *module.glob("*.go")])
    once(name, [*sources, flags], lambda: _run(command, module))


def _run(command: list[str], folder: Path) -> None:
    environment = os.environ | {"GOBIN": str(PROGRAMS), "GOFLAGS": "-buildvcs=false"}
    # Others may have something to do on this machine, too.
    subprocess.run(["nice", "-n", "10", *command], cwd=folder, env=environment, check=True)
