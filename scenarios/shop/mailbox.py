"""A mail server on a host of its own, and the mailboxes behind it."""

import smtplib
from typing import Final

from boxoffice.net import Answered, Link, LinkError
from boxoffice.trace import Trace
from services.common.mail import Letter, recipient
from services.common.smtp import in_the_end

# By its code, the moment at which a server says so: to who signs in, or to what was sent.
_SIGNING_IN: Final = frozenset({454, 530, 534, 535, 538})
_AFTER_DATA: Final = frozenset({451, 452, 552, 554})
_GOODBYE: Final = 421


class Mailbox:
    """All letters that arrived, oldest first."""

    def __init__(self, trace: Trace) -> None:
        self.letters: list[Letter] = []
        self._trace = trace

    def take(self, letter: Letter) -> None:
        """Take one letter in."""
        self.letters.append(letter)
        self._trace.record("mail", "mail", to=letter.to, subject=letter.subject)

    def to(self, address: str) -> list[Letter]:
        """Return the letters to one address."""
        return [letter for letter in self.letters if letter.to == address]


class FakeMail:
    """Mail that crosses a link."""

    def __init__(self, mailbox: Mailbox, link: Link) -> None:
        self._mailbox = mailbox
        self._link = link

    async def post(self, letter: Letter) -> None:
        """Hand over one letter.  Raises: OSError, Undeliverable."""
        recipient(letter)  # what no letter can be addressed to reaches no server
        try:
            await self._link.call("mail", letter.to, lambda: self._mailbox.take(letter))
        except Answered as answer:
            raise in_the_end(_as_raised(letter.to, answer.says)) from None
        except LinkError as error:
            raise ConnectionError(f"the mail server did not answer: {error}") from None


def _as_raised(to: str, says: str) -> smtplib.SMTPException:
    # What smtplib makes of a reply such as `450 4.2.0 Greylisted`.
    digits, _, text = says.partition(" ")
    code, said = int(digits), text.encode()
    if code == _GOODBYE:
        return smtplib.SMTPConnectError(code, said)
    if code in _SIGNING_IN:
        return smtplib.SMTPAuthenticationError(code, said)
    if code in _AFTER_DATA:
        return smtplib.SMTPDataError(code, said)
    return smtplib.SMTPRecipientsRefused({to: (code, said)})
