"""A mail server on loopback, as strict as a provider's: it keeps letters and what it was told.

With a certificate it offers AUTH only after STARTTLS, and takes no letter from who has not signed
in.  `replies` are what it says to a command in place of what it would; `""` is nothing, for ever.
"""

import base64
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

USER: Final = "ana@example.com"
PASSWORD: Final = "p/w @:%"
GREETING: Final = "greeting"  # the command that nobody gives


def certificate(folder: Path) -> Path:
    """Make a certificate of one's own for this machine; its key is in the same file."""
    file = folder / "mail.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    made = [*command, "-nodes", "-days", "2", *names, "-keyout", folder / "key", "-out", file]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    file.write_text(file.read_text() + (folder / "key").read_text())
    return file


class MailServer(socketserver.ThreadingTCPServer):
    """A context in which the server runs."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(
        self,
        certificate: Path | None = None,
        *,
        at_once: bool = False,
        replies: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.tls: ssl.SSLContext | None = None
        if certificate is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.at_once = at_once  # TLS from the first byte
        self.replies = dict(replies or {})
        self.letters: list[tuple[str, str, bytes]] = []
        self.heard: list[tuple[str, bool]] = []  # each command, and whether it was encrypted
        self.ended = threading.Event()  # a conversation is over
        self.hush = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hush.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off, as over a certificate it does not know, is no mistake."""


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.secure = self.signed_in = False
        try:
            if self.server.at_once:
                self._encrypt()
            if self._says(self.server.replies.get(GREETING, "220 loopback")):
                self._converse()
        finally:
            self.server.ended.set()

    def finish(self) -> None:
        try:
            super().finish()
        finally:
            self.connection.close()

    def _converse(self) -> None:
        self.origin = self.to = ""
        while line := self.rfile.readline():
            words = line.decode().split()
            verb = words[0].upper() if words else ""
            self.server.heard.append((verb, self.secure))
            reply = self.server.replies.get(verb)
            if not self._says(self._answer(verb, words) if reply is None else reply):
                return
            if verb == "STARTTLS" and reply is None:
                self._encrypt()
            if verb == "DATA" and reply is None:
                self._take()
            if verb == "QUIT":
                return

    def _answer(self, verb: str, words: list[str]) -> str:
        locked = self.server.tls is not None and not self.signed_in
        if verb == "EHLO":
            return self._offers()
        if verb == "AUTH":
            return self._sign_in(words)
        if verb in ("MAIL", "RCPT", "DATA") and locked:
            return "530 5.7.0 Sign in first"
        if verb in ("MAIL", "RCPT"):
            address = words[1].partition("<")[2].partition(">")[0]
            self.origin, self.to = (address, self.to) if verb == "MAIL" else (self.origin, address)
        known = {"STARTTLS": "220 Go on", "DATA": "354 Go on", "QUIT": "221 Bye"}
        return known.get(verb, "250 Ok")

    def _offers(self) -> str:
        if self.server.tls is None:
            return "250 loopback"
        return "250-loopback\r\n250 AUTH PLAIN" if self.secure else "250-loopback\r\n250 STARTTLS"

    def _sign_in(self, words: list[str]) -> str:
        if not self.secure:
            return "530 5.7.0 Encrypt first"
        said = base64.b64decode(words[2]).decode().split("\0")
        self.signed_in = said == ["", USER, PASSWORD]
        return "235 2.7.0 Welcome" if self.signed_in else "535 5.7.8 Who?"

    def _take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        # Source: RFC 5321, section 4.5.2
        content = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
        reply = self.server.replies.get("LETTER", "250 2.0.0 Queued")
        if reply.startswith("2"):
            self.server.letters.append((self.origin, self.to, content))
        self._says(reply)

    def _encrypt(self) -> None:
        assert self.server.tls is not None
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]
        self.secure = True

    def _says(self, reply: str) -> bool:
        if not reply:  # says nothing, until the other end has gone
            self.connection.recv(1)
            return False
        self.wfile.write(f"{reply}\r\n".encode())
        return reply[0] in "23" or not reply.startswith("421")
