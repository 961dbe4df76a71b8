"""The cluster's certificates, its tokens, and who is let in by them."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from services.common.ids import SystemIds
from tests.deploy.cluster.places import API, API_SERVICE, KEYS, NAME, NODE

CA: Final = KEYS / "ca.crt"
FRONT_CA: Final = KEYS / "front.crt"  # of whoever passes on what somebody else has asked
PEOPLE: Final = KEYS / "people.csv"
ACCOUNTS: Final = KEYS / "accounts.key"
# What each is called, and the group that it is in.
USERS: Final = {
    "admin": ("admin", "system:masters"),
    "kubelet": (f"system:node:{NAME}", "system:nodes"),
    "manager": ("system:kube-controller-manager", ""),
    "scheduler": ("system:kube-scheduler", ""),
    "proxy": ("system:kube-proxy", "system:node-proxier"),
    "router": ("kube-router", ""),
}
API_NAMES: Final = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"]
CURVE: Final = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
DAYS: Final = ("-days", "30")


def found() -> None:
    """Make everything anew."""
    KEYS.mkdir()
    # As many a cluster has it: an authority that does not say what its key may be used for.
    for name in (CA.stem, FRONT_CA.stem):
        _openssl("req", "-x509", *CURVE, *DAYS, *_subject(f"/CN={name}", name))
    _openssl("genrsa", "-out", str(ACCOUNTS), "2048")
    names = [f"DNS:{it}" for it in API_NAMES]
    places = [f"IP:{it}" for it in (API_SERVICE, NODE, "127.0.0.1")]
    _sign("api", "/CN=kube-apiserver", "subjectAltName", [*names, *places])
    _sign("kubelet", f"/CN={NAME}", "subjectAltName", [f"DNS:{NAME}", f"IP:{NODE}"])
    masters = "/O=system:masters/CN=kube-apiserver-kubelet-client"
    _sign("to-kubelet", masters, "extendedKeyUsage", ["clientAuth"])
    _sign("aggregator", "/CN=aggregator", "extendedKeyUsage", ["clientAuth"], by=FRONT_CA.stem)
    lines = []
    for file, (user, group) in USERS.items():
        token = SystemIds().secret(16).hex()
        lines.append(f'{token},{user},{user},"{group}"\n')
        kubeconfig(file).write_text(yaml.safe_dump(_config(token)), encoding="utf-8")
    PEOPLE.write_text("".join(lines), encoding="utf-8")


def kubeconfig(user: str) -> Path:
    """Return the file with which one of `USERS` reaches the API server."""
    return KEYS / f"{user}.kubeconfig"


def _config(token: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "it", "cluster": {"server": API, "certificate-authority": str(CA)}}],
        "users": [{"name": "me", "user": {"token": token}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "me"}}],
        "current-context": "it",
    }


def _sign(
    name: str, subject: str, extension: str, values: Sequence[str], by: str = CA.stem
) -> None:
    signed = ("-CA", str(KEYS / f"{by}.crt"), "-CAkey", str(KEYS / f"{by}.key"))
    said = f"{extension}={','.join(values)}"
    own = ("-addext", "basicConstraints=CA:FALSE", "-addext", said)
    _openssl("req", "-x509", *CURVE, *DAYS, *_subject(subject, name), *signed, *own)


def _subject(subject: str, name: str) -> tuple[str, ...]:
    pair = ("-keyout", str(KEYS / f"{name}.key"), "-out", str(KEYS / f"{name}.crt"))
    return ("-subj", subject, *pair)


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)
