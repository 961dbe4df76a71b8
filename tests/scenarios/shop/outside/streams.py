"""Streams written by hand: what services announced, and when, with what people asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.verdict import Judgement
from scenarios.shop.checks import Evidence, Invariant
from scenarios.shop.outside.announcements import microseconds
from scenarios.shop.outside.evidence import evidence_of
from scenarios.shop.outside.snapshot import Books, Snapshot, Stored
from services.common.clock import iso
from services.common.events import (
    Event,
    ExpirationComplete,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    OrderedTicket,
    PaymentCreated,
    PricedTicket,
    TicketCreated,
    TicketUpdated,
    enclose,
)

SEAT = "65f0c0ffee0123456789ab5e"
ANAS, BENS = "65f0c0ffee0123456789aaaa", "65f0c0ffee0123456789bbbb"
SUE, ANA, BEN = "65f0c0ffee01234567890001", "65f0c0ffee0123456789000a", "65f0c0ffee0123456789000b"
PAYMENT = "65f0c0ffee01234567890ccc"
BEGAN = datetime(2030, 1, 1, tzinfo=UTC)
Document = dict[str, Any]


class Told:
    """A stream, the stores that agree with it unless they are changed, and the recording of HTTP.

    Times are in ms since the run began.
    """

    def __init__(self) -> None:
        self.stream: list[Stored] = []
        self.http: list[TraceEvent] = []
        self.tickets: dict[str, Document] = {}
        self.orders: dict[str, Document] = {}
        self.mirrors: dict[str, Document] = {}
        self.books = Books()
        self._waiting: dict[str, list[Document]] = {}

    # --- services -----------------------------------------------------------------------------

    def says(self, event: Event, written: float, stored: float | None, trace: str = "") -> None:
        """Announce a version, written right after `written` and stored by the broker at `stored`.

        Without `stored`, the event still waits in its outbox.
        """
        self._apply(event)
        self.announces(event, written, stored, trace)

    def announces(
        self, event: Event, written: float, stored: float | None, trace: str = ""
    ) -> None:
        """Announce what never came to the store."""
        envelope = enclose(event, source="/services/x", time=iso(_at(written)))
        traceparent = f"00-{trace:0>32}-{'1' * 16}-01" if trace else ""
        if stored is None:
            entry = envelope.model_dump() | {"traceparent": traceparent}
            self._store(event.type)[event.aggregate_id]["outbox"] = [entry]
            return
        payload, seq = envelope.model_dump_json().encode(), len(self.stream) + 1
        headers = {"Nats-Msg-Id": event.message_id, "traceparent": traceparent}
        self.stream.append(Stored(seq, event.type, payload, headers, microseconds(_at(stored))))

    def _store(self, type: str) -> dict[str, Document]:
        return {"ticket": self.tickets, "order": self.orders}[type.split(".")[0]]

    def _apply(self, event: Event) -> None:
        if isinstance(event, TicketCreated):
            holder = event.order_id if isinstance(event, TicketUpdated) else None
            self.tickets[event.id] = {
                "_id": event.id,
                "title": event.title,
                "price_cents": event.price,
                "user_id": event.user_id,
                "version": event.version,
                "hold": 0,
                "orders_applied": {},
                "outbox": [],
            } | ({"holder": holder} if holder else {})
        elif isinstance(event, OrderCreated):
            self.orders[event.id] = {
                "_id": event.id,
                "user_id": event.user_id,
                "ticket": {
                    "id": event.ticket.id,
                    "title": "Front row",
                    "price_cents": event.ticket.price,
                },
                "expires_at": event.expires_at,
                "hold": event.ticket.hold,
                "status": event.status,
                "version": event.version,
                "outbox": [],
            }
        elif isinstance(event, OrderCancelled):
            self.orders[event.id] |= {"status": "cancelled", "version": event.version}
        elif isinstance(event, OrderCompleted):
            paid = {"status": "complete", "payment_id": event.payment_id}
            self.orders[event.id] |= paid | {"version": event.version}
        elif isinstance(event, OrderAwaitingPayment):
            self.orders[event.id] |= {"status": "awaiting:payment", "version": event.version}

    # --- people -------------------------------------------------------------------------------

    def asks(
        self,
        call: str,
        at: float,
        until: float | None,
        status: int = 200,
        body: Any = None,
        trace: str = "",
        person: str = "ana",
    ) -> None:
        """Send a request at `at`, which is answered at `until`, or never."""
        method, path = call.split()
        fields = {"method": method, "path": path, "to": "shop", "body": None}
        traced = {"trace": f"{trace:0>32}"} if trace else {}
        asked = TraceEvent(len(self.http), round(at * 1_000), person, "request", None, fields)
        self.http.append(asked)
        if until is not None:
            answer: Document = {"outcome": "answered", "status": status, "body": body} | traced
            answer["request"] = asked.number
            self.http.append(
                TraceEvent(
                    len(self.http),
                    round(until * 1_000),
                    person,
                    "response",
                    asked.number,
                    answer,
                )
            )

    # --- judging ------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return what the witness would see in the end."""
        return Snapshot(
            at_us=microseconds(_at(100_000)),
            tickets=self.tickets,
            orders=self.orders,
            mirrors=self.mirrors,
            stream=self.stream,
            books=self.books,
        )

    def evidence(self) -> Evidence:
        """Return what can be put together of all this."""
        return evidence_of(self.snapshot(), self.http, BEGAN)

    def judged(self, invariant: Invariant) -> Judgement:
        """Return what that shows of an invariant."""
        return invariant.judge(self.evidence())


def _at(ms: float) -> datetime:
    return BEGAN + timedelta(milliseconds=ms)


# --- events ---------------------------------------------------------------------------------------


def offered(price: int = 4_500) -> Event:
    return TicketCreated(id=SEAT, version=0, title="Front row", price=price, user_id=SUE)


def changed(version: int, holder: str | None, price: int = 4_500) -> Event:
    return TicketUpdated(
        id=SEAT, version=version, title="Front row", price=price, user_id=SUE, order_id=holder
    )


def placed(id: str, hold: int) -> Event:
    return OrderCreated(
        id=id,
        version=0,
        status="created",
        user_id=BEN if id == BENS else ANA,
        expires_at="2030-01-01T00:15:00.000Z",
        ticket=PricedTicket(id=SEAT, price=4_500, hold=hold),
    )


def cancelled(id: str, version: int = 1, reason: Any = "user") -> Event:
    return OrderCancelled(id=id, version=version, reason=reason, ticket=OrderedTicket(id=SEAT))


def confirmed(id: str, version: int = 1) -> Event:
    return OrderAwaitingPayment(id=id, version=version, ticket=OrderedTicket(id=SEAT))


def completed(id: str, version: int = 1) -> Event:
    ticket = OrderedTicket(id=SEAT)
    return OrderCompleted(id=id, version=version, payment_id=PAYMENT, ticket=ticket)


def paid(order: str, stripe_id: str = "ch_1") -> Event:
    return PaymentCreated(id=PAYMENT, version=0, order_id=order, stripe_id=stripe_id, amount=4_500)


def rung(order: str) -> Event:
    return ExpirationComplete(order_id=order)


# --- a story --------------------------------------------------------------------------------------


def sold_in_turn() -> Told:
    """Ana orders and cancels, then Ben orders."""
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 10, 12, "a")
    told.says(changed(1, ANAS), 14, 15, "a")
    told.says(cancelled(ANAS), 20, 22, "c")
    told.says(changed(2, None), 24, 25, "c")
    told.says(placed(BENS, 2), 30, 32, "b")
    told.says(changed(3, BENS), 34, 35, "b")
    return told
