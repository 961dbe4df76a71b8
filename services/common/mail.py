"""Mail, as something that is handed in."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Protocol
from urllib.parse import urlsplit

TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in plain text."""

    to: str
    subject: str
    text: str


class Mail(Protocol):
    """Posts letters."""

    async def post(self, letter: Letter) -> None:
        """Hand over one letter.  Raises: OSError."""
        ...


class SmtpMail:
    """Mail over SMTP: `smtp://` or `smtps://` with user and password in the URL.

    Raises: OSError, which `smtplib.SMTPException` is.
    """

    def __init__(self, url: str, sender: str = "boxoffice@ticketing.dev") -> None:
        self._url = urlsplit(url)
        self._sender = sender

    async def post(self, letter: Letter) -> None:
        await asyncio.to_thread(self._post, letter)

    def _post(self, letter: Letter) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, letter.to, letter.subject
        message.set_content(letter.text)
        with self._connection() as smtp:
            if self._url.username and self._url.password:
                smtp.login(self._url.username, self._url.password)
            smtp.send_message(message)

    def _connection(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "localhost", self._url.port or 0
        if self._url.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_S)
