"""What the shop consists of, as far as its contract speaks of it.

An id is a word, a price a number of cents.  Titles, owners and moments are left out: no rule of the
machine asks for them.
"""

from typing import Final, NamedTuple

Id = str
NOTHING_HEARD: Final = -1  # so that version 0, the creation, is the next one
OPEN: Final = ("created", "awaiting:payment")  # an order that may still be paid, or cancelled


class Ticket(NamedTuple):
    """A ticket at tickets, or what orders knows of one.  `hold` is the number of its last order."""

    price: int
    version: int = 0
    holder: Id | None = None
    hold: int = 0


class Order(NamedTuple):
    """An order at orders: the `hold`-th for its ticket, at the price of the moment."""

    price: int
    hold: int
    status: str = "created"
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it may still be paid, or cancelled."""
        return self.status in OPEN


class Mirror(NamedTuple):
    """What payments knows of an order, and the payment for it."""

    price: int
    version: int = 0
    status: str = "open"  # open, complete, cancelled
    payment: str = "none"  # or declined; pending, paid, refunding, refunded


class Message(NamedTuple):
    """What is announced of an aggregate; a field that does not belong to the type is as it is here.

    `order` is the order that holds a ticket, or for which was paid; `ticket` that of an order.
    """

    type: str
    about: Id
    version: int = 0
    price: int = 0
    hold: int = 0
    order: Id | None = None
    ticket: Id | None = None
