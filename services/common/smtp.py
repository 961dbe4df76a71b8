"""Mail over SMTP, as providers offer it: encrypted and with a password."""

import asyncio
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from services.common.clock import Clock
from services.common.ids import Ids
from services.common.mail import Letter, Undeliverable, recipient, written
from services.common.outages import passes

TIMEOUT_S: Final = 10.0  # for each answer
MOST_AT_ONCE: Final = 8
PORTS: Final = {"smtp": 587, "smtps": 465}  # for submission.  Source: RFC 6409; RFC 8314
_STATUS: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463, section 2


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where a mail server is, and how one speaks with it."""

    host: str
    port: int
    tls: bool  # from the first byte
    starttls: bool  # before anything is said that matters; there is no going on without
    user: str = ""
    password: str = ""


def mail_server(url: str) -> MailServer:
    """Return the server that a URL names: `smtps://`, or `smtp://` with STARTTLS.

    `?starttls=off` switches that off, for a server on this machine or in this cluster.  User and
    password are percent-decoded.  Raises: ValueError, with a reason that shows nothing of the URL.
    """
    parts = urlsplit(url)
    port = parts.port  # raises, if it is none
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise ValueError("not a URL with smtp or smtps")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("what stands behind host and port must be ?starttls=off")
    tls = parts.scheme == "smtps"
    if parts.query and (tls or parts.query != "starttls=off"):
        raise ValueError("the only option is ?starttls=off, of smtp://")
    user, password = _credentials(parts.username), _credentials(parts.password)
    if bool(user) != bool(password):
        raise ValueError("user and password belong together")
    starttls = not tls and not parts.query
    return MailServer(parts.hostname, port or PORTS[parts.scheme], tls, starttls, user, password)


def _credentials(text: str | None) -> str:
    plain = unquote(text or "", errors="strict")
    # smtplib writes them in ASCII, and a zero byte would end the one and begin the other.
    if not plain.isascii() or not plain.isprintable():
        raise ValueError("user and password must be printable ASCII")
    return plain


class SmtpMail:
    """Posts letters to one server, over a connection for each."""

    def __init__(self, server: MailServer, origin: Address, clock: Clock, ids: Ids) -> None:
        self._server = server
        self._origin = origin
        self._clock = clock
        self._ids = ids
        # Of its own: a slow mail server must not keep passwords from being hashed.
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "mail")

    async def post(self, letter: Letter) -> None:
        content = written(letter, self._origin, self._clock.now(), self._ids.object_id())
        errand = _Errand(self._server, self._origin.addr_spec, recipient(letter), content)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, errand.run)
        except smtplib.SMTPException as error:
            raise in_the_end(error) from None
        finally:  # whoever waits no longer leaves no thread behind
            errand.cut()


class _Errand:
    """One letter on its way, in a thread."""

    def __init__(self, server: MailServer, origin: str, to: str, content: bytes) -> None:
        self._server = server
        self._origin = origin
        self._to = to
        self._content = content
        self._over = False
        self._smtp: smtplib.SMTP | None = None

    def run(self) -> None:
        smtp = self._connected()
        try:
            if self._over:
                return
            if self._server.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
            smtp.sendmail(self._origin, [self._to], self._content)
            with suppress(OSError):  # the letter is posted, however they part
                smtp.quit()
        finally:
            smtp.close()

    def cut(self) -> None:
        """End it, wherever it is."""
        self._over = True
        sock = self._smtp.sock if self._smtp else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.tls:
            context = ssl.create_default_context()
            return _Tls(self._begun, host, port, timeout=TIMEOUT_S, context=context)
        return _Plain(self._begun, host, port, timeout=TIMEOUT_S)

    def _begun(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp


class _Plain(smtplib.SMTP):
    """Tells of itself before it connects: else nobody could cut it while a server greets."""

    def __init__(self, begun: Callable[[smtplib.SMTP], None], *given: Any, **named: Any) -> None:
        begun(self)
        super().__init__(*given, **named)


class _Tls(_Plain, smtplib.SMTP_SSL):
    pass


def in_the_end(error: smtplib.SMTPException) -> Exception:
    """Return `Undeliverable` for a letter that a server will never take, else the error itself."""
    if passes(error):
        return error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, said)] = error.recipients.values()
    elif isinstance(error, smtplib.SMTPDataError):
        code, said = error.smtp_code, _as_bytes(error.smtp_error)
    else:  # of the conversation, not of the letter
        return error
    status = _STATUS.match(said)
    return Undeliverable("refused", f"{code} {status[0].decode()}" if status else str(code))


def _as_bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
