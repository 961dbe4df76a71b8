"""A mail server on a host of its own, and the mailboxes behind it."""

from services.common.mail import Letter
from sim.network import Link, LinkError
from sim.trace import Trace


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
        """Hand over one letter.  Raises: OSError."""
        try:
            await self._link.call("mail", letter.to, lambda: self._mailbox.take(letter))
        except LinkError as error:
            raise ConnectionError(f"the mail server did not answer: {error}") from None
