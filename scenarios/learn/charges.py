"""What a shop promises about money: judged by what the card company has in its books."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice import End
from boxoffice.trace import Kind, TraceEvent
from boxoffice.world import Breach, Finding, Invariant
from scenarios.learn.history import history_of

PRICE_CENTS: Final = 4_500


def _charges(end: End) -> dict[Any, list[TraceEvent]]:
    found: dict[Any, list[TraceEvent]] = {}
    for event in end.of_kind("charge"):
        if event["outcome"] == "succeeded" and not event["replayed"]:
            found.setdefault(event["order"], []).append(event)
    return found


def _once(end: End) -> Finding:
    charges = _charges(end)
    return Finding(bool(charges), [*_breaches(charges)], len(charges))


def _breaches(charges: dict[Any, list[TraceEvent]]) -> Iterator[Breach]:
    for order, events in charges.items():
        if len(events) > 1:
            said = f"{order} was charged {len(events)} times"
            yield Breach(said, [it.number for it in events], for_good=True)
        elif events[0]["amount"] != PRICE_CENTS:
            said = f"{order} was charged {events[0]['amount']} cents, and not {PRICE_CENTS}"
            yield Breach(said, [events[0].number], for_good=True)


def _for_what_it_is(end: End) -> Finding:
    return Finding(bool(_charges(end)), [*_unpaid(end)])


def _unpaid(end: End) -> Iterator[Breach]:
    history, charges = history_of(end), _charges(end)
    for order in history.orders:
        paid, taken = history.has_said(order, "paid"), charges.get(order)
        if paid and not taken:
            yield Breach(f"{order} was told paid, and the card was not charged", (paid.number,))
        elif taken and not paid:
            gone = history.has_said(order, "expired", "cancelled", "refused")
            why = f"and {gone.type}" if gone else "and never told paid"
            proofs = [it.number for it in (taken[0], gone) if it]
            yield Breach(f"{order} was charged, {why}", proofs)


CHARGED: Final = (
    Invariant("charged-once", Kind.ALWAYS, "no order is charged twice", _once),
    Invariant("paid-is-charged", Kind.FINALLY, "who is charged has paid", _for_what_it_is),
)
