"""Which request or message a version goes back to.

A request's trace id travels with everything that it leads to, so an event and what led to it have
it in common.  Several messages may share one; of those, an event goes back to the one that it is
the answer to.
"""

from collections.abc import Iterable, Sequence

from scenarios.shop.outside.announcements import Announcement
from scenarios.shop.outside.exchanges import Exchange, Exchanges
from services.common.events import (
    Event,
    ExpirationComplete,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    PaymentCreated,
    PaymentRefunded,
    TicketUpdated,
)

Cause = Announcement | Exchange
OfOrder = OrderCreated | OrderAwaitingPayment | OrderCancelled | OrderCompleted


class Causes:
    """Finds them.  A message is the cause of one version of a ticket, as far as that can be."""

    def __init__(self, said: Sequence[Announcement], exchanges: Exchanges) -> None:
        self._exchanges = exchanges
        self._about: dict[str, list[Announcement]] = {}
        self._traced: dict[tuple[str, str], list[Announcement]] = {}  # by trace, too
        for it in said:
            for id in _concerns(it.event) if it.stored is not None else ():
                self._about.setdefault(id, []).append(it)
                self._traced.setdefault((id, it.trace), []).append(it)
        self._used: set[Announcement] = set()

    def of(self, said: Announcement) -> Cause | None:
        """Return what a version of an order or a payment goes back to."""
        return self._exchanges.behind(said) or self._first(said, self._answered_by(said.event))

    def of_ticket(
        self, said: Announcement, held_by: str | None, holder: str | None
    ) -> Cause | None:
        """Return what a version of a ticket goes back to, which `held_by` held until then."""
        request = self._exchanges.behind(said)
        if request is not None or not isinstance(said.event, TicketUpdated):
            return request
        about = self._traced.get((said.id, said.trace)) if said.trace else self._about.get(said.id)
        mine = self._earlier(said, about or ())
        chosen = _explaining(mine, held_by, holder) or _fresh(mine, self._used)
        if chosen is not None:
            self._used.add(chosen)
        return chosen

    def of_silence(self, held_by: str | None, holder: str | None, id: str) -> Announcement | None:
        """Return what may be behind a version of a ticket that nobody announced."""
        return _explaining(self._about.get(id, ()), held_by, holder)

    def _answered_by(self, event: Event) -> list[Announcement]:
        about = self._about.get(event.aggregate_id, [])
        match event:
            case OrderAwaitingPayment():
                return [it for it in about if isinstance(it.event, TicketUpdated)]
            case OrderCancelled(reason="expired"):
                return [it for it in about if isinstance(it.event, ExpirationComplete)]
            case OrderCompleted():
                return [it for it in about if isinstance(it.event, PaymentCreated)]
            case PaymentRefunded():
                about = self._about.get(event.order_id, [])
                return [it for it in about if isinstance(it.event, OrderCancelled)]
        return []

    def _first(self, said: Announcement, among: Iterable[Announcement]) -> Announcement | None:
        known = self._earlier(said, among)
        mine = [it for it in known if said.trace and it.trace == said.trace]
        return next(iter(mine or known), None)

    def _earlier(self, said: Announcement, among: Iterable[Announcement]) -> list[Announcement]:
        # A stream that numbers its messages tells cause from effect, whatever clocks say.
        last = float("inf") if said.stored is None else said.stored.seq
        return [it for it in among if it.stored is not None and it.stored.seq < last]


def _concerns(event: Event) -> set[str]:
    ids = {event.aggregate_id}
    match event:
        case TicketUpdated(order_id=str(order)):
            ids.add(order)
        case OrderCreated() | OrderAwaitingPayment() | OrderCancelled() | OrderCompleted():
            ids.add(event.ticket.id)
        case PaymentCreated():
            ids.add(event.order_id)
    return ids


def _explaining(
    among: Iterable[Announcement], held_by: str | None, holder: str | None
) -> Announcement | None:
    """Return the message that honestly leads from one holder to the next, if there is one."""
    if held_by == holder:
        return None
    wanted: type[Event] = OrderCancelled if holder is None else OrderCreated
    order = held_by if holder is None else holder
    return next((it for it in among if isinstance(it.event, wanted) and it.id == order), None)


def _fresh(among: Iterable[Announcement], used: set[Announcement]) -> Announcement | None:
    orders = [it for it in among if isinstance(it.event, OfOrder)]
    unused = [it for it in orders if it not in used]
    return next(iter(unused or orders[-1:]), None)
