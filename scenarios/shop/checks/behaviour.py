"""The contract, step by step: whatever happens in a run is something that its machine may do.

The machine is `scenarios.model`.  A write is a step of it, by the message, the call or the moment
that it goes back to; a message is what some write has announced; money moves when payments has
written down that it will, and soon; and what is acknowledged is stored.
"""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any, Final, NamedTuple

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.model.abstraction import message_of
from scenarios.model.aggregates import Message
from scenarios.model.observed import CANCEL, EDIT, PAY, Cause, Observed, Seen
from scenarios.shop.checks import words
from scenarios.shop.checks.charging import Charging
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, REPLICAS, TICKETS, Evidence, store_of
from scenarios.shop.checks.exchanges import LATITUDE_S, call_of
from scenarios.shop.checks.steps import no_step, told
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of
from scenarios.shop.stage import BY_HAND
from services.common.subjects import REPLAYS

KINDS: Final = (
    *("request", "stored", "delivered", "write", "decided", "acked"),
    *("charge", "refund", "skew", "pause", "late", "answered", "lost"),
    *("crash", "leave", "partition", "failover"),
)
NAMED: Final = {
    TICKETS: "ticket",
    ORDERS: "order",
    REPLICAS: "orders' replica of ticket",
    MIRRORS: "payments' mirror of order",
}
# How long after an order's end a charge may still be on its way: as long as its client waits.
# Source: services/payments/retry_policy.py, and as much again for what takes its time.
UNDER_WAY_S: Final = 20.0
CONSUMERS: Final = ("tickets", "orders", "payments")  # expiration stores nothing in a document


def follows_the_contract(evidence: Evidence) -> Finding:
    """Play a run on the machine, and say where it does what the machine cannot."""
    follower, charging, breaches = _Follower(), Charging(), list[Breach]()
    for event in evidence.of_kind(*KINDS):
        breaches += follower.follow(event)
        breaches += charging.follow(event)
    return Finding(follower.is_tested, breaches)


class _Told(NamedTuple):
    """A message of the stream, and the event with which it was stored."""

    message: Message
    number: int


class _Delivery(NamedTuple):
    """A message that a service was given, and what it had heard by then."""

    consumer: str
    told: _Told
    known: int


class _Follower:
    def __init__(self) -> None:
        self.is_tested = False
        self._shop = Observed()
        self._calls: dict[int, str] = {}  # by the number of the request
        self._stream: dict[int, _Told] = {}
        self._deliveries: dict[int, _Delivery] = {}
        self._replays: set[int] = set()  # deliveries of what an operator has sent again
        self._ends_s: dict[str, float] = {}  # order → when its time is over
        self._asked_s: dict[int, float] = {}  # by the number of the request
        self._skew_s = 0.0  # by how much two clocks may differ
        self._over_s: dict[str, float] = {}  # order → since when payments knows that it is over
        self._late_s = 0.0  # for how long payments may have been at one thing

    def follow(self, event: TraceEvent) -> Iterator[Breach]:
        match event.kind:
            case "request":
                call = call_of(event)
                begin, _, _ = call.rpartition("/")
                self._asked_s[event.number] = event.at_us / 1e6
                self._calls[event.number] = begin if begin in (EDIT, CANCEL) else call
            case "stored":
                yield from self._announced(event)
            case "delivered":
                self._begin(event)
            case "write" if store_of(event) in NAMED and event["after"] is not None:
                yield from self._written(event)
            case "decided":
                yield from self._decided(event)
            case "acked":
                yield from self._acknowledged(event)
            case "charge" | "refund":
                yield from self._moved(event)
            case "skew":
                self._skew_s = max(self._skew_s, 2.0 * abs(event["by_s"]))
            case "late" | "pause" | "answered" | "lost" if event.host.startswith("payments"):
                self._late_s += event.get("s", 0.0)

    # --- messages --------------------------------------------------------------------------------

    def _announced(self, event: TraceEvent) -> Iterator[Breach]:
        message = message_of(event["data"])
        if message is None or event["subject"] != message.type:
            return
        if not event["by"] and not self._shop.is_said(message):
            return  # nobody's is garbage, unless it is the same message in a second place
        self._stream[event["seq"]] = _Told(message, event.number)
        if not self._shop.is_said(message):
            said = words.of_event(event["data"])
            yield _breach(f"{said} was published, which nothing has announced", event)
        elif message.type == "expiration.complete" and self._is_early(message.about, event):
            yield _breach(f"order {short(message.about)}: the alarm rang before its time", event)

    def _is_early(self, order: str, event: TraceEvent) -> bool:
        return event.at_us / 1e6 < self._ends_s[order] - self._skew_s - LATITUDE_S

    def _begin(self, event: TraceEvent) -> None:
        if event["subject"].startswith(f"{REPLAYS}."):
            self._replays.add(event.number)
        said, consumer = self._stream.get(event["seq"]), event["consumer"]
        if said is not None and consumer in CONSUMERS:
            known = self._shop.heard_by(consumer, said.message)
            self._deliveries[event.number] = _Delivery(consumer, said, known)

    def _decided(self, event: TraceEvent) -> Iterator[Breach]:
        given = self._deliveries.get(-1 if event.cause is None else event.cause)
        if given is None:
            return
        message = given.told.message
        said = f"{given.consumer}: {told(message)} was decided {event['decision']}"
        if event["decision"] == "gap":
            if message.version <= given.known + 1:
                after = f"after version {given.known}"
                yield _breach(f"{said}, {after}", event, [given.told.number])
        elif self._shop.heard_by(given.consumer, message) < message.version:
            yield _breach(f"{said}, and its effect is not stored", event, [given.told.number])

    def _acknowledged(self, event: TraceEvent) -> Iterator[Breach]:
        found, consumer = self._stream.get(event["seq"]), event["consumer"]
        if found is None or consumer not in CONSUMERS:
            return
        if self._shop.heard_by(consumer, found.message) < found.message.version:
            said = f"{consumer}: {told(found.message)} was acknowledged"
            yield _breach(f"{said}, and its effect is not stored", event, [found.number])

    # --- writes ----------------------------------------------------------------------------------

    def _written(self, event: TraceEvent) -> Iterator[Breach]:
        if _state(event["before"]) == _state(event["after"]):
            return
        self.is_tested = True
        by = self._cause(event)
        seen = self._seen(event, by)
        if (seen.due != seen.now or seen.wrong) and event.cause not in self._replays:
            about = f"{NAMED[store_of(event)]} {short(event['id'])}"
            yield _breach(f"{about}: {no_step(seen, by)}", event, self._proof(event))

    def _seen(self, event: TraceEvent, by: Cause) -> Seen:
        id, before, after = event["id"], event["before"], event["after"]
        match store_of(event):
            case "tickets.tickets":
                return self._shop.ticket(id, before, after, by)
            case "orders.tickets":
                return self._shop.replica(id, before, after, by, event.number)
            case "payments.orders":
                return self._mirrored(event, by)
        self._ends_s[id] = seconds_of(after["expires_at"])
        seen = self._shop.order(id, before, after, by)
        early = by == Cause() and self._is_early(id, event)
        return seen._replace(wrong="it was ended before its time") if early else seen

    def _mirrored(self, event: TraceEvent, by: Cause) -> Seen:
        id, was = event["id"], event["before"]
        seen = self._shop.mirror(id, was, event["after"], by)
        if event["after"]["status"] == "cancelled":
            self._over_s.setdefault(id, event.at_us / 1e6)
        begins = by.call == PAY and _is_pending(event["after"]) and not _is_pending(was)
        asked_s = self._asked_s.get(by.number, 0.0)
        if begins and asked_s > self._ends_s.get(id, inf) + self._skew_s:
            return seen._replace(wrong="it was paid for after its time was over")
        return seen

    def _cause(self, event: TraceEvent) -> Cause:
        number = event.cause
        if number is None:
            return Cause()
        given = self._deliveries.get(number)
        message = given.told.message if given else None
        return Cause(self._calls.get(number, "a delivery"), message, number)

    def _proof(self, event: TraceEvent) -> list[int]:
        if event.cause is None:
            return []
        given = self._deliveries.get(event.cause)
        return [given.told.number, event.cause] if given else [event.cause]

    # --- money -----------------------------------------------------------------------------------

    def _moved(self, event: TraceEvent) -> Iterator[Breach]:
        if event["outcome"] != "succeeded" or event["replayed"] or BY_HAND in event.fields:
            return
        order = str(event["order"])
        if event.kind == "charge":
            wrong = self._shop.charged(order, event["amount"]) or self._too_late(order, event)
        else:
            wrong = self._shop.refunded(order)
        if wrong:
            yield _breach(f"order {short(order)}: Stripe made a {event.kind}, but {wrong}", event)

    def _too_late(self, order: str, event: TraceEvent) -> str:
        over_s = min(self._over_s.get(order, inf), self._ends_s.get(order, inf) + self._skew_s)
        after_s = event.at_us / 1e6 - over_s
        is_late = after_s > UNDER_WAY_S + self._late_s
        return f"it is over for {after_s:.0f} s" if is_late else ""


def _breach(said: str, event: TraceEvent, proof: Sequence[int] = ()) -> Breach:
    return Breach(f"{said}, at {moment(event.at_us)}", [*proof, event.number])


def _is_pending(mirror: Any) -> bool:
    return ((mirror or {}).get("payment") or {}).get("status") == "pending"


def _state(document: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (document or {}).items() if name != "outbox"}
