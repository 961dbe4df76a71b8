"""Mail, as something that is handed in: what a letter is, and how it is written."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Literal, Protocol

from services.common.addresses import ON_THE_WIRE, ascii_form


class Undeliverable(Exception):
    """This letter can never be posted: its address cannot be written, or a server refuses it.

    `says` is what the server answered: its code, and its reason by RFC 3463 where it gave one.
    """

    def __init__(self, why: Literal["address", "refused"], says: str = "") -> None:
        super().__init__(f"{why}: {says}" if says else why)
        self.why = why
        self.says = says


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in plain text."""

    to: str
    subject: str
    text: str


class Mail(Protocol):
    """Posts letters."""

    async def post(self, letter: Letter) -> None:
        """Hand over one letter.

        Raises: OSError, if it could not be handed over this time; Undeliverable, if it never can.
        """
        ...


def recipient(letter: Letter) -> str:
    """Return whom a letter is to, in ASCII.  Raises: Undeliverable."""
    try:
        return ascii_form(letter.to)
    except ValueError:
        raise Undeliverable("address") from None


def sender(text: str) -> Address:
    """Return who letters are from: `shop@example.com`, or `The shop <shop@example.com>`.

    Raises: ValueError.
    """
    message = EmailMessage(policy=policy.default)
    try:
        message["From"] = text
    # Python's parser, of an address that ends too early, or has too many comments in comments
    except (IndexError, RecursionError):
        raise ValueError("not one mail address") from None
    addresses = message["From"].addresses
    if len(addresses) != 1 or message["From"].defects:
        raise ValueError("not one mail address")
    [found] = addresses
    local, _, domain = ascii_form(found.addr_spec).rpartition("@")
    return Address(found.display_name, local, domain)


def written(letter: Letter, origin: Address, now: datetime, id: str) -> bytes:
    """Return a letter as it travels; `id` is its name on the way.  Raises: Undeliverable."""
    local, _, domain = recipient(letter).rpartition("@")
    message = EmailMessage(policy=ON_THE_WIRE)
    message["From"] = origin
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = letter.subject
    message["Date"] = now
    message["Message-ID"] = f"<{id}@{origin.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # or holidays answer it: RFC 3834, section 5
    message.set_content(letter.text)
    return message.as_bytes()
