"""For how long an order certainly held its ticket, as far as HTTP shows.

An order ends because its owner cancels it, whom we see asking, or because its time runs out, which
only the shop's own clock tells, and that may run faster than ours.  What the clock shows is in the
ids of orders: the second in which each was placed.  So an order certainly counts until its owner
asks to cancel it, or until the last other order that was placed well before its time is over, or
for ever once it was shown complete; and wherever it was shown open, it still counted when that was
asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Document
from scenarios.shop.outside.exchanges import Exchanges
from scenarios.shop.outside.observations import Observation, in_order

TICK_S: Final = 1.0  # an id tells whole seconds
FASTEST: Final = 60.0  # seconds of the shop's clock in one of ours, where it is made to run fast
OPEN: Final = ("created", "awaiting:payment")


def writes_of_orders(
    seen: Mapping[str, Sequence[Observation]], exchanges: Exchanges
) -> list[TraceEvent]:
    """Return the writes of orders, in the kindest order that explains what was shown."""
    asked_to_end = _cancellations(exchanges)
    placed = [shown[0] for shown in seen.values() if _is_placing(shown[0])]
    rivals: dict[str, int] = {}
    for shown in seen.values():
        ticket = shown[0].document["ticket"]["id"]
        rivals[ticket] = rivals.get(ticket, 0) + 1
    writes: list[TraceEvent] = []
    for id, shown in seen.items():
        alone = rivals[shown[0].document["ticket"]["id"]] == 1
        open_until_us = _open_until_us(shown, asked_to_end.get(id), placed)
        writes += _writes_in_interval(shown, open_until_us, alone)
    return writes


def _writes_in_interval(
    seen: Sequence[Observation], open_until_us: int, alone: bool
) -> Iterator[TraceEvent]:
    begin_us = seen[0].until_us  # at the latest
    last = in_order(seen)[-1]
    if open_until_us < begin_us and not alone and last.document["status"] != "complete":
        return  # it may have come and gone before it was shown
    before: Document | None = None
    at_us = begin_us
    for it in in_order(seen):
        for after in (*_unseen_between(before, it.document), it.document):
            if after == before:
                continue
            ends = after["status"] == "cancelled"
            at_us = max(at_us, open_until_us) if ends else at_us
            yield _write(it, at_us, before, after)
            before = after
    if before is not None and before["status"] in OPEN and not alone:
        yield _write(last, max(at_us, open_until_us), before, None)  # lost sight of


def _open_until_us(
    seen: Sequence[Observation], asked_to_end_us: int | None, placed: Sequence[Observation]
) -> int:
    shown_open = [it.from_us for it in seen if it.document["status"] in OPEN]
    first = seen[0]
    ends_s = datetime.fromisoformat(first.document["expires_at"]).timestamp()
    in_time = [it.until_us + 1 for it in placed if _placed_by_s(it) < ends_s]
    certain_us = max(in_time, default=0) if _is_placing(first) else 0
    if asked_to_end_us is not None:
        certain_us = min(certain_us, asked_to_end_us)
    return max([certain_us, *shown_open])


def _is_placing(seen: Observation) -> bool:
    return bool(seen.exchange.request["method"] == "POST")


def _placed_by_s(seen: Observation) -> float:
    # By the shop's clock, when this order had been placed at the latest and its answer had come.
    took_s = (seen.until_us - seen.from_us) / 1_000_000
    return int(seen.document["_id"][:8], 16) + TICK_S + took_s * FASTEST


def _cancellations(exchanges: Exchanges) -> dict[str, int]:
    asked: dict[str, int] = {}
    for it in exchanges.all:
        if it.request["method"] == "DELETE":
            asked.setdefault(it.path.rpartition("/")[2], it.request.at_us)
    return asked


def _unseen_between(before: Document | None, after: Document) -> Iterator[Document]:
    reached = -1 if before is None else int(before["version"])
    for version in range(max(reached + 1, after["version"] - 1_000), after["version"]):
        # What was open before it ended; an order that ended unseen was open until then.
        unseen = before or after | {"status": "created"}
        yield unseen | {"version": version}


def _write(
    seen: Observation, at_us: int, before: Document | None, after: Document | None
) -> TraceEvent:
    fields = {"database": "orders", "collection": "orders", "id": seen.document["_id"]}
    return TraceEvent(
        seen.answer.number,
        at_us,
        "orders-db",
        "write",
        seen.exchange.request.number,
        {**fields, "verb": "concluded", "before": before, "after": after},
    )
