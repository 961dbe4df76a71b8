"""Draws the secrets of a local cluster and makes those that are not there yet.

Runs as a Job in the cluster, on the standard library alone.  A secret that exists is left as it
is, so that to apply the manifests again changes nothing.
"""

import json
import ssl
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from secrets import randbelow, token_bytes, token_hex  # noqa: TID251  nothing here is replayed

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
API = "https://kubernetes.default.svc"
EXISTS = 409
TIMEOUT_S = 10

Secrets = Mapping[str, Mapping[str, str]]


def drawn() -> Secrets:
    """Return every secret by name, each with its values by key."""
    nats, redis = _password(), _password()
    return {
        "jwt-key": {"JWT_KEY": token_hex(32)},
        "salt-factory": {"SALT_FACTORY": str(10 + randbelow(3))},  # rounds of bcrypt
        "stripe-key": {"STRIPE_KEY": "sk_test_" + token_hex(16)},  # stripe-mock takes any
        "mongo": {
            "keyfile": b64encode(token_bytes(192)).decode(),
            **{service: _mongo(service) for service in ("auth", "tickets", "orders", "payments")},
        },
        "nats": {"password": nats, "NATS_URL": f"nats://boxoffice:{nats}@nats:4222"},
        "redis": {"password": redis, "REDIS_URL": f"redis://:{redis}@redis:6379"},
        "mail": {"SMTP_URL": "smtp://mail:1025?starttls=off"},
    }


def _mongo(service: str) -> str:
    options = f"replicaSet=boxoffice&authSource={service}"
    return f"mongodb://{service}:{_password()}@mongo-0.mongo:27017/?{options}"


def _password() -> str:
    return "p" + token_hex(24)  # a letter first: NATS would take digits for a number


def make(name: str, values: Mapping[str, str]) -> bool:
    """Make one secret; return False if there was one.  Raises: OSError."""
    namespace = (ACCOUNT / "namespace").read_text()
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/part-of": "boxoffice"}},
        "stringData": values,
    }
    request = urllib.request.Request(
        f"{API}/api/v1/namespaces/{namespace}/secrets",
        json.dumps(secret).encode(),
        {
            "Authorization": f"Bearer {(ACCOUNT / 'token').read_text()}",
            "Content-Type": "application/json",
        },
    )
    trust = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    try:
        urllib.request.urlopen(request, timeout=TIMEOUT_S, context=trust).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code != EXISTS:
            raise
        return False
    return True


def main() -> int:
    """Make every secret; return the exit status."""
    for name, values in drawn().items():
        try:
            made = make(name, values)
        except OSError as error:
            print(f"{name}: not made: {error}", file=sys.stderr)
            return 1
        print(f"{name}: {'made' if made else 'was there'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
