"""Draws the secrets of a local cluster and makes those that are not there yet.

Runs as a Job in the cluster, on the standard library and openssl alone.  A secret that exists is
left as it is, so that to apply the manifests again changes nothing.  What cannot be done is said
and tried again, for as long as it takes: a Job that gives up takes its log with it.
"""

import json
import ssl
import subprocess
import sys
import time  # noqa: TID251  nothing here is replayed
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from secrets import randbelow, token_bytes, token_hex  # noqa: TID251  nothing here is replayed

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
API = "https://kubernetes.default.svc"
EXISTS = 409
TIMEOUT_S = 10
RETRY_S = 5
HOST = "ticketing.dev"
# Source: https://support.apple.com/en-us/103769, the longest that every browser takes.
VALID_DAYS = 825
NATS_SERVICES = ("tickets", "orders", "payments", "expiration")
CERTIFICATE = f"""
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
commonName = {HOST}
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:{HOST}
"""

Values = Mapping[str, str]


def drawn() -> Iterator[tuple[str, Values]]:
    """Yield every secret's name, with its values by key.  Raises: OSError."""
    redis = _password()
    yield "jwt-key", {"JWT_KEY": token_hex(32)}
    yield "salt-factory", {"SALT_FACTORY": str(10 + randbelow(3))}  # rounds of bcrypt
    yield "stripe-key", {"STRIPE_KEY": "sk_test_" + token_hex(16)}  # stripe-mock takes any
    yield "mongo", _mongo()
    yield "nats-users", _nats()
    yield "redis", {"password": redis, "REDIS_URL": f"redis://:{redis}@redis:6379"}
    yield "auditor", _auditor()
    yield "mail", {"SMTP_URL": "smtp://mail:1025?starttls=off"}
    yield "ticketing-dev", _certificate()  # the last, for the pods can do without


def _nats() -> Values:
    values = {"operator-password": _password(), "routes-password": _password()}
    for service in NATS_SERVICES:
        values[f"{service}-password"] = password = _password()
        values[service] = f"nats://{service}:{password}@nats:4222"
    return values


def _certificate() -> Values:
    """Return a key and the certificate that it has signed itself.  Raises: OSError."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    written = ("-keyout", "/dev/stdout", "-out", "/dev/stdout", "-days", str(VALID_DAYS))
    command = ["openssl", "req", "-x509", *curve, *written, "-config", "/dev/stdin"]
    done = subprocess.run(command, input=CERTIFICATE, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"openssl: {done.stderr.strip()}")
    key, begin, rest = done.stdout.partition("-----BEGIN CERTIFICATE-----")
    return {"tls.key": key, "tls.crt": begin + rest}


def _mongo() -> Values:
    values = {"keyfile": b64encode(token_bytes(192)).decode()}
    for service in ("auth", "tickets", "orders", "payments"):
        options = f"replicaSet=boxoffice&authSource={service}"
        values[service] = f"mongodb://{service}:{_password()}@mongo-0.mongo:27017/?{options}"
    return values


def _auditor() -> Values:
    nats, redis = _password(), _password()
    return {
        "nats": f"nats://auditor:{nats}@nats:4222",
        "nats-password": nats,
        "mongo": f"mongodb://auditor:{_password()}@mongo-0.mongo:27017/?replicaSet=boxoffice",
        "redis": f"redis://auditor:{redis}@redis:6379",
        "redis-password": redis,
    }


def _password() -> str:
    return "p" + token_hex(24)  # a letter first: NATS would take digits for a number


def make(name: str, values: Values) -> bool:
    """Make one secret; return False if there was one.  Raises: OSError."""
    namespace = (ACCOUNT / "namespace").read_text()
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/part-of": "boxoffice"}},
        "stringData": values,
        "type": "kubernetes.io/tls" if "tls.crt" in values else "Opaque",
    }
    request = urllib.request.Request(
        f"{API}/api/v1/namespaces/{namespace}/secrets",
        json.dumps(secret).encode(),
        {
            "Authorization": f"Bearer {(ACCOUNT / 'token').read_text()}",
            "Content-Type": "application/json",
        },
    )
    try:
        urllib.request.urlopen(request, timeout=TIMEOUT_S, context=trust()).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code != EXISTS:
            raise
        return False
    return True


def trust() -> ssl.SSLContext:
    """Return how the API server is known: by the cluster's CA, and its name."""
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    # Python 3.13 is strict with a CA without keyUsage or key identifier, as clusters have it, and
    # nobody else there is: https://github.com/canonical/microk8s/issues/4864
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def main() -> None:
    """Make every secret, however long it takes."""
    while not _made_all():
        time.sleep(RETRY_S)


def _made_all() -> bool:
    try:
        for name, values in drawn():
            print(f"{name}: {'made' if make(name, values) else 'was there'}", flush=True)
    except OSError as error:
        print(f"not made yet: {error}; trying again", file=sys.stderr, flush=True)
        return False
    return True


if __name__ == "__main__":
    main()
