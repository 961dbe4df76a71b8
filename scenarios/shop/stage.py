"""Where a story is told: a world in virtual time, real processes, or a shop somewhere else.

The story is the same.  What differs is how time passes, and how much can be seen and broken.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import httpx
    from nats.js import JetStreamContext

    from boxoffice import Deed
    from boxoffice.clock import Randomness

BY_HAND: Final = "by_hand"  # what an operator's refund says in its metadata, and a trace of it


class CannotBeTold(Exception):
    """This story needs what cannot be seen or caused there; the message says what."""


class Stage(Protocol):
    """What a story needs of the place where it is told.

    Each of these may raise `CannotBeTold`.
    """

    size: int  # of the crowd, in a story that has one
    deeds: Sequence["Deed"]  # of a storm, as drawn from the seed
    randomness: "Randomness"
    mail_domain: str  # of people's addresses; nobody else's, where the shop outlives the story

    def client(self, person: str, service: str | None = None) -> "httpx.AsyncClient":
        """Return an HTTP client with a cookie jar of its own; with a `service`, of it alone."""

    def jetstream(self, operator: str) -> AbstractAsyncContextManager["JetStreamContext"]:
        """Connect to the shop's NATS from an operator's machine, for as long as a block takes."""

    async def passes(self, seconds: float = 0.0, *, minutes: float = 0.0) -> None:
        """Let the story's time pass."""

    async def quiet(self) -> object:
        """Wait until nothing is in motion any more."""

    def holder_of(self, ticket: str) -> str | None:
        """Return the order that holds a ticket, as tickets has it."""

    def status_of(self, order: str) -> str:
        """Return the status of an order, as orders has it."""

    def kept_cents(self, order: str) -> int:
        """Return what Stripe has taken for an order and not given back."""

    def give_back(self, order: str) -> None:
        """Give back what Stripe has taken for an order, by hand, as on its own pages."""

    def leave_debris(self, what: str) -> None:
        """Put what nobody can read where it is in the way of `what`, by hand."""

    def letters_to(self, address: str) -> list[str]:
        """Return the text of each letter that has come to an address, oldest first."""

    def crash(self, host: str, down_s: float | None = None) -> None:
        """Kill a service or a server; without `down_s` it stays away until told to come back."""

    def restart(self, host: str) -> None:
        """Let a killed service or server come back."""
