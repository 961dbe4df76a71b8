"""The arms, as a fixture: `posted(letter, says)` posts a letter to the fake or over a socket."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from boxoffice.net.calls import CallFault
from scenarios.shop.mailbox import FakeMail, Mailbox
from services.common.clock import SystemClock
from services.common.ids import SystemIds
from services.common.mail import Letter, sender
from services.common.smtp import MailServer as Place
from services.common.smtp import SmtpMail
from tests.engine.wires import Wires
from tests.real.smtp import GREETING, MailServer

NOW = datetime(2030, 1, 1, tzinfo=UTC)
Posted = Callable[..., list[Letter]]


def to_fake(letter: Letter, says: str = "", at: str = "") -> list[Letter]:
    """Post a letter to the fake; return what is in the mailbox."""
    wires = Wires(fault=CallFault(says=says))
    mailbox = Mailbox(wires.trace)
    wires.run(FakeMail(mailbox, wires.link).post(letter))
    return mailbox.letters


def over_socket(letter: Letter, says: str = "", at: str = "") -> list[Letter]:
    """Post a letter over SMTP, to a server that says so to one command."""
    with MailServer(replies={at: says} if says else {}) as server:
        password = {"user": "a", "password": "b"} if at == "AUTH" else {}
        place = Place("127.0.0.1", server.port, tls=False, starttls=False, **password)
        mail = SmtpMail(place, sender("shop@example.com"), SystemClock(), SystemIds())
        if at == "AUTH":
            server.replies["EHLO"] = "250-loopback\r\n250 AUTH PLAIN"
        asyncio.run(mail.post(letter))
        return [_read(*it) for it in server.letters]


def _read(origin: str, to: str, content: bytes) -> Letter:
    message = message_from_bytes(content, policy=policy.default)
    assert (origin, message["From"]) == ("shop@example.com", "shop@example.com")
    assert message["To"] == to
    return Letter(to, message["Subject"], message.get_content().replace("\r\n", "\n"))


@pytest.fixture(params=[to_fake, over_socket], ids=["fake", "smtp"])
def posted(request: pytest.FixtureRequest) -> Posted:
    """Return the arm."""
    arm: Posted = request.param
    return arm


__all__ = ["GREETING"]
