"""Letters as a provider takes them: over TLS only, and only from who has signed in."""

import asyncio
import re
import smtplib
import ssl
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import quote

from pytest import MonkeyPatch, fixture, mark, raises

from services.common.clock import SystemClock
from services.common.ids import SystemIds
from services.common.mail import Letter, sender
from services.common.smtp import SmtpMail, mail_server
from tests.integration.operated import SECRET, eventually, operated
from tests.real import servers
from tests.real.smtp import GREETING, PASSWORD, USER, MailServer, certificate
from tests.services.common.collector import collector

pytestmark = mark.real

mongo_server, mongo_url = servers.mongo_server, servers.mongo_url
LETTER = Letter("ana@example.com", "Hello", "Hello, Ana.\n")
PAGE = "/api/users/reset-password"


@fixture(scope="session")
def pem(tmp_path_factory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@fixture
def trusted(pem: Path, monkeypatch: MonkeyPatch) -> Path:
    """Trust our own certificate, as an operator with a private authority does."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return pem


def url(server: MailServer, scheme: str = "smtp", password: str = PASSWORD) -> str:
    return f"{scheme}://{quote(USER, safe='')}:{quote(password, safe='')}@127.0.0.1:{server.port}"


def post(at: str) -> None:
    mail = SmtpMail(mail_server(at), sender("shop@example.com"), SystemClock(), SystemIds())
    asyncio.run(mail.post(LETTER))


def test_who_encrypts_and_signs_in_is_served(trusted: Path) -> None:
    with MailServer(trusted) as server:
        post(url(server))
        [(origin, to, _)] = server.letters
        assert (origin, to) == ("shop@example.com", "ana@example.com")
        assert server.heard[:2] == [("EHLO", False), ("STARTTLS", False)]
        assert all(encrypted for _, encrypted in server.heard[2:])


def test_smtps_is_encrypted_from_the_first_byte(trusted: Path) -> None:
    with MailServer(trusted, at_once=True) as server:
        post(url(server, "smtps"))
        assert len(server.letters) == 1
        assert all(encrypted for _, encrypted in server.heard)


def test_a_server_that_nobody_vouches_for_is_told_nothing(pem: Path) -> None:
    with MailServer(pem) as server:
        with raises(ssl.SSLCertVerificationError):
            post(url(server))
        assert [verb for verb, _ in server.heard] == ["EHLO", "STARTTLS"]


def test_without_starttls_nothing_is_said_unless_that_is_switched_off() -> None:
    with MailServer() as server:
        with raises(smtplib.SMTPNotSupportedError):
            post(f"smtp://127.0.0.1:{server.port}")
        assert {verb for verb, _ in server.heard} <= {"EHLO", "QUIT"}
        post(f"smtp://127.0.0.1:{server.port}?starttls=off")
        assert len(server.letters) == 1


def test_a_wrong_password_is_for_an_operator_and_no_end_of_the_letter(trusted: Path) -> None:
    with MailServer(trusted) as server, raises(smtplib.SMTPAuthenticationError):
        post(url(server, password="wrong"))


def test_a_letter_is_posted_however_the_server_parts() -> None:
    with MailServer(replies={"QUIT": "500 What?"}) as server:
        post(f"smtp://127.0.0.1:{server.port}?starttls=off")
        assert len(server.letters) == 1


@mark.parametrize("at", [GREETING, "EHLO", "RCPT", "LETTER"])
def test_who_no_longer_waits_for_a_silent_server_leaves_no_thread_behind(at: str) -> None:
    async def hurried(server: MailServer) -> None:
        place = mail_server(f"smtp://127.0.0.1:{server.port}?starttls=off")
        mail = SmtpMail(place, sender("shop@example.com"), SystemClock(), SystemIds())
        async with asyncio.timeout(0.5):
            await mail.post(LETTER)

    with MailServer(replies={at: ""}) as server:
        with raises(TimeoutError):
            asyncio.run(hurried(server))
        assert server.ended.wait(5)


def test_a_forgotten_password_from_end_to_end_with_no_token_in_any_log(
    mongo_url: str, trusted: Path, tmp_path: Path
) -> None:
    sent: list[bytes] = []
    with collector() as found, MailServer(trusted) as server:
        take = found.take
        found.take = lambda path, body: (sent.append(body), take(path, body))  # type: ignore[method-assign,assignment,func-returns-value]
        settings = {
            "MONGO_URL": mongo_url,
            "SMTP_URL": url(server),
            "MAIL_SENDER": "Die Bühne <shop@example.com>",
            "SSL_CERT_FILE": str(trusted),
            "OTEL_EXPORTER_OTLP_ENDPOINT": found.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        with operated("auth", tmp_path / "log", **settings) as auth:
            eventually(auth.is_ready)
            tokens = forgets(auth, server)
            assert eventually(lambda: b"reset-password" in b"".join(sent))
            assert auth.leaves() == 0
        text = auth.text()
    assert PAGE in text
    for secret in (*tokens, SECRET, PASSWORD, quote(PASSWORD, safe="")):
        assert secret not in text
        assert secret.encode() not in b"".join(sent)


def forgets(auth, server: MailServer) -> list[str]:
    """Forget a password, and take a new one by the link in the letter; return the tokens."""
    email = f"{SystemIds().object_id()}@example.com"
    ask = auth.client.post
    assert ask("/api/users/signup", json={"email": email, "password": "correct"}).is_client_error
    ask("/api/users/signup", json={"email": email, "password": "correct horse"})
    assert ask("/api/users/forgot-password", json={"email": email}).status_code == 202
    eventually(lambda: server.letters)
    letter = message_from_bytes(server.letters[-1][2], policy=policy.default)
    assert (letter["To"], letter["From"]) == (email, "Die Bühne <shop@example.com>")
    [(path, token)] = re.findall(r"https://ticketing\.dev(\S+)#token=(\S+)", letter.get_content())
    page = auth.get(path)
    assert (page.status_code, "<form" in page.text) == (200, True)
    assert auth.get(f"{path}?token={token}").status_code == 200  # some mailer may have moved it
    for password, status in (("short", 400), ("a new password", 200), ("another one", 400)):
        assert ask(path, json={"token": token, "password": password}).status_code == status
    signed_in = ask("/api/users/signin", json={"email": email, "password": "a new password"})
    assert signed_in.status_code == 200
    return [token]
