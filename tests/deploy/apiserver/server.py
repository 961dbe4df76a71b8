"""etcd and kube-apiserver on loopback, with nothing behind them: no node and no controller."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import create_default_context

import httpx
import yaml

from boxoffice.real.process import HOST, Process, free_port, running
from services.common.ids import SystemIds
from tests.house.tree import ROOT

PROGRAMS = ROOT / ".real" / "apiserver" / "bin"
ADMIN = "admin"


@contextmanager
def api_server(folder: Path) -> Iterator[Path]:
    """Run an empty API server, and give a kubeconfig for it.  Raises: DidNotStart."""
    token = SystemIds().secret(16).hex()
    with running(_etcd(folder)) as etcd, running(_api(folder, etcd, token)) as api:
        yield _kubeconfig(folder, api, token)


def _etcd(folder: Path) -> Process:
    peers = f"http://{HOST}:{free_port()}"

    def command(port: int) -> list[str | Path]:
        clients = f"http://{HOST}:{port}"
        return [
            PROGRAMS / "etcd",
            *("--data-dir", folder / "etcd"),
            *("--listen-client-urls", clients, "--advertise-client-urls", clients),
            *("--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers),
            *("--initial-cluster", f"default={peers}"),
            "--unsafe-no-fsync",  # it is thrown away
        ]

    return Process("etcd", command, folder)


def _api(folder: Path, etcd: Process, token: str) -> Process:
    key, people = folder / "accounts.key", folder / "people.csv"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    people.write_text(f'{token},{ADMIN},{ADMIN},"system:masters"\n', encoding="utf-8")

    def command(port: int) -> list[str | Path]:
        return [
            PROGRAMS / "kube-apiserver",
            *("--etcd-servers", f"http://{etcd.address}"),
            *("--bind-address", HOST, "--secure-port", str(port), "--cert-dir", folder / "certs"),
            *("--token-auth-file", people, "--authorization-mode", "RBAC"),
            *("--service-account-issuer", "https://kubernetes.default.svc"),
            *("--service-account-key-file", key, "--service-account-signing-key-file", key),
            *("--service-cluster-ip-range", "10.96.0.0/16"),
            "--allow-privileged",  # as clusters have it: who may is the namespace's business
        ]

    def is_up(process: Process) -> bool:
        try:
            trusted = create_default_context(cafile=folder / "certs" / "apiserver.crt")
            answer = httpx.get(
                f"https://{process.address}/readyz",
                headers={"Authorization": f"Bearer {token}"},
                verify=trusted,
                trust_env=False,
            )
        except (httpx.TransportError, OSError):
            return False
        return answer.status_code == 200

    return Process("kube-apiserver", command, folder, is_up=is_up)


def _kubeconfig(folder: Path, api: Process, token: str) -> Path:
    page = folder / "kubeconfig"
    cluster = {
        "server": f"https://{api.address}",
        "certificate-authority": str(folder / "certs" / "apiserver.crt"),
    }
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "here", "cluster": cluster}],
        "users": [{"name": ADMIN, "user": {"token": token}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": ADMIN}}],
        "current-context": "here",
    }
    page.write_text(yaml.safe_dump(config), encoding="utf-8")
    return page
