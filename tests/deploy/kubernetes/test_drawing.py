"""The Job that draws secrets trusts what clusters have, goes on until it is done, and says why."""

import runpy
import shutil
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

from pytest import CaptureFixture, MonkeyPatch, fixture, mark, raises, skip

from tests.deploy.kubernetes.building import MANIFESTS
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import named, of
from tests.deploy.kubernetes.installation import Installations

SCRIPT = MANIFESTS / "overlays" / "local" / "secrets" / "draw.py"
HOST = "ticketing.dev"
NAMES = ["jwt-key", "salt-factory", "stripe-key", "mongo", "nats-users", "redis", "auditor", "mail"]
NAMES += [HOST]
# As `openssl req -x509` made it for many a cluster: a CA that does not say what its key is for.
API = "kubernetes.default.svc"
AS_EVER = "[req]\nprompt=no\ndistinguished_name=name\nx509_extensions=says\n[name]\nCN=%s\n[says]\n"
OLD_CA = AS_EVER % "ca" + "basicConstraints=CA:TRUE\n"
OF_API = AS_EVER % "api" + f"subjectAltName=DNS:{API}\n"


@fixture
def script() -> dict[str, Any]:
    if shutil.which("openssl") is None:
        skip("no openssl")
    return runpy.run_path(str(SCRIPT))


def test_whoever_is_told_of_the_certificate_reaches_the_shop(
    script: dict[str, Any], tmp_path: Path
) -> None:
    pair = dict(script["drawn"]())[HOST.replace(".", "-")]
    trusting = ssl.create_default_context(cafile=_written(tmp_path, "shop.pem", pair["tls.crt"]))
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does by itself
    key = _written(tmp_path, "shop.key", pair["tls.key"])
    shake_hands(trusting, str(tmp_path / "shop.pem"), key, HOST)
    with raises(ssl.SSLCertVerificationError):
        shake_hands(trusting, str(tmp_path / "shop.pem"), key, "elsewhere.dev")


def test_an_api_server_is_trusted_though_its_ca_says_no_key_usage(
    script: dict[str, Any], tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    usual = ssl.create_default_context

    def strict(**given: Any) -> ssl.SSLContext:
        context = usual(**given)
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does by itself
        return context

    _sign(tmp_path, "ca", OLD_CA)
    _sign(tmp_path, "api", OF_API, "-CA", tmp_path / "ca.crt", "-CAkey", tmp_path / "ca.key")
    monkeypatch.setattr(ssl, "create_default_context", strict)
    monkeypatch.setitem(script["trust"].__globals__, "ACCOUNT", tmp_path)
    pair = (str(tmp_path / "api.crt"), str(tmp_path / "api.key"))
    with raises(ssl.SSLCertVerificationError):
        shake_hands(strict(cafile=str(tmp_path / "ca.crt")), *pair, API)
    shake_hands(script["trust"](), *pair, API)
    with raises(ssl.SSLCertVerificationError):
        shake_hands(script["trust"](), *pair, "kubernetes.elsewhere")


def test_it_says_what_keeps_it_and_goes_on_until_every_secret_is_made(
    script: dict[str, Any], monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    waited, asked = _waits(script, monkeypatch), list[str]()

    def make(name: str, _: object) -> bool:
        asked.append(name)
        if len(waited) < 2 and name == "mongo":
            raise URLError("Connection refused")
        return len(waited) == 2

    monkeypatch.setitem(script["main"].__globals__, "make", make)
    script["main"]()
    said = capsys.readouterr()
    assert said.err.count("not made yet: <urlopen error Connection refused>; trying again") == 2
    assert asked[-9:] == [name.replace(".", "-") for name in NAMES]
    assert "ticketing-dev: made" in said.out


def test_without_openssl_every_secret_is_made_but_the_certificate(
    script: dict[str, Any], monkeypatch: MonkeyPatch
) -> None:
    class Enough(Exception):
        """The test has seen enough."""

    def stop(_: float) -> None:
        raise Enough

    made: list[str] = []
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(script["main"].__globals__, "make", lambda name, _: not made.append(name))
    monkeypatch.setattr(script["main"].__globals__["time"], "sleep", stop)
    with raises(Enough):
        script["main"]()
    assert made == NAMES[:-1]


@mark.parametrize("combination", [Combination("local"), Combination("production")], ids=str)
def test_a_set_up_job_keeps_its_pods_and_their_logs(
    combination: Combination, installations: Installations
) -> None:
    jobs = of(installations.built[combination], "Job")
    assert jobs
    for job in jobs:
        # With OnFailure, the pod goes when the Job gives up, and a Job that failed goes itself.
        assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"
        assert job["spec"]["backoffLimit"] >= 1000
        assert "activeDeadlineSeconds" not in job["spec"]


def test_the_ingress_shows_the_certificate_that_is_drawn(installations: Installations) -> None:
    ingress = named(installations.built[Combination("local")], "Ingress", "boxoffice")
    assert ingress["spec"]["tls"] == [{"hosts": [HOST], "secretName": "ticketing-dev"}]


def _sign(folder: Path, name: str, configuration: str, *by: str | Path) -> None:
    written = ["-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *written, *by]
    command += ["-config", "/dev/stdin"]
    subprocess.run(command, input=configuration, text=True, capture_output=True, check=True)


def _waits(script: dict[str, Any], monkeypatch: MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(script["main"].__globals__["time"], "sleep", waited.append)
    return waited


def _written(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def shake_hands(trusting: ssl.SSLContext, certificate: str, key: str, name: str) -> None:
    """Greet a server with this certificate under a name.  Raises: SSLCertVerificationError."""
    showing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    showing.load_cert_chain(certificate, key)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        trusting.wrap_bio(down, up, server_hostname=name),
        showing.wrap_bio(up, down, server_side=True),
    ]
    for _ in range(3):
        sides = [side for side in sides if not _done(side.do_handshake)]
    assert not sides


def _done(step: Callable[[], None]) -> bool:
    try:
        step()
    except ssl.SSLWantReadError:
        return False
    return True
