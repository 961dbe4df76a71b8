"""Unfinished: who ends in good order has done what it had begun, and announced what it has stored.

That its time was not up says that each of its loops has ended of itself.  So whatever came in the
way before: what a loop had begun is done by then, or the service has said why it is not.  And what
is known to have been stored is announced by the last flush, unless that has failed, and said so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.disturbances import OUTAGES
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, TICKETS, USERS, store_of
from scenarios.shop.checks.words import moment, short

IN_ORDER: Final = "ended in order"  # what a host says whose time was not up
STRIPE: Final = "stripe"  # what payments says of each answer of Stripe's
OUTBOXES: Final = {TICKETS: "tickets", ORDERS: "orders", MIRRORS: "payments"}
# Who is cut off flushes all the same, and that takes so long at most.
FLUSH_US: Final = 3_500_000
GIVEN_UP_S: Final = 4.0  # of a call that is later, the caller may have heard nothing
SETTLED_US: Final = 20_000_000
IN_THE_DARK: Final = ("failover", "partition", "heal", "pause", "wake", "lost", "crash", "answered")


@dataclass(slots=True)
class _Untold:
    """An event in an outbox; `since_us` is from when on its service knows that it is there."""

    write: TraceEvent
    since_us: int | None = None


@dataclass(slots=True)
class Unfinished:
    """What has been begun, and what has been stored, by each service."""

    _letters: dict[str, TraceEvent] = field(default_factory=dict)  # user → that it is being posted
    _asked: dict[str, TraceEvent] = field(default_factory=dict)  # order → that Stripe is asked
    _untold: dict[tuple[str, str, str], _Untold] = field(default_factory=dict)
    _said: dict[str, int] = field(default_factory=dict)  # when a service last said what was amiss
    _dark_us: int = -1  # until when a write may be one that its service knows nothing of

    def follow(self, event: TraceEvent) -> bool:
        """Take note of what has happened next; return whether a loop begins with something."""
        match event.kind:
            case "write":
                return self._wrote(event)
            case "decided" if event["decision"] != "gap":
                self._known(event, event.cause)
            case "response" if 200 <= (event.get("status") or 0) < 300 and event["status"] != 202:
                self._known(event, event["request"])
            case "log" if event["what"] == STRIPE:
                self._asked.pop(str(event["order"]), None)
            case "log" if event["what"] in OUTAGES:
                self._said[_service(event.host)] = event.at_us
            case "late" | "lost" | "answered" if not str(event["to"]).endswith("-db"):
                pass  # of what it has written, its store alone tells a service
            case "late" if event.get("unheard") or event["s"] > GIVEN_UP_S:
                until_us = event.at_us + round(event["s"] * 1e6) + SETTLED_US
                self._dark_us = max(self._dark_us, until_us)
            case "pause":
                self._dark_us = max(self._dark_us, event.at_us + round(event["s"] * 1e6))
            case kind if kind in IN_THE_DARK:
                self._dark_us = max(self._dark_us, event.at_us + SETTLED_US)
        return False

    def left(
        self, host: str, told: TraceEvent, gone: TraceEvent, begun: int, cut_off: bool
    ) -> Iterator[Breach]:
        """Yield what a host that was told to end has left undone; `begun` is when it began."""
        service = _service(host)
        said = f"{host}: gone at {moment(gone.at_us)}, and "
        until_us = gone.at_us - FLUSH_US if cut_off else gone.at_us
        for (owner, id, event_id), it in self._untold.items():
            since_us = it.since_us
            known = since_us is not None and self._said.get(service, -1) < since_us <= until_us
            if owner == service and it.write.number > begun and known:
                what = f"{event_id} in the outbox of {short(id)} is not announced"
                yield Breach(f"{said}{what}", [told.number, it.write.number, gone.number])
        if not cut_off:
            for what, write in self._begun_by(service):
                if write.number > begun and self._said.get(service, -1) < write.at_us:
                    at = f"begun at {moment(write.at_us)}, is not done"
                    yield Breach(f"{said}{what}, {at}", [told.number, write.number, gone.number])

    def _begun_by(self, service: str) -> Iterator[tuple[str, TraceEvent]]:
        if service == "auth":
            for write in self._letters.values():
                yield f"the letter to {write['after']['email']}", write
        elif service == "payments":
            for order, write in self._asked.items():
                yield f"what Stripe is asked about order {short(order)}", write

    def _wrote(self, write: TraceEvent) -> bool:
        before, after = write["before"] or {}, write["after"] or {}
        id, in_the_dark = str(write["id"]), write.at_us <= self._dark_us
        match store_of(write):
            case store if store in OUTBOXES:
                self._told(OUTBOXES[store], write, before, after)
                if store == MIRRORS:
                    if before.get("payment") != after.get("payment"):  # or it is about its news
                        self._asked.pop(id, None)
                    begins = write.cause is None and _asks(before, after)
                    if begins and not in_the_dark:
                        self._asked[id] = write
                    return begins
            case store if store == USERS:
                self._letters.pop(id, None)
                begins = _tries(after) > _tries(before)
                if begins and not in_the_dark:
                    self._letters[id] = write
                return begins
        return False

    def _told(self, service: str, write: TraceEvent, before: Any, after: Any) -> None:
        were = {entry["id"] for entry in before.get("outbox", ())}
        are = {entry["id"] for entry in after.get("outbox", ())}
        for id in were - are:
            self._untold.pop((service, write["id"], id), None)
        for id in are - were:
            # Of a loop's own write its service knows, unless it may have given it up.
            sure = write.cause is None and write.at_us > self._dark_us
            self._untold[service, write["id"], id] = _Untold(write, write.at_us if sure else None)

    def _known(self, event: TraceEvent, cause: int | None) -> None:
        for it in self._untold.values():
            if it.since_us is None and cause is not None and it.write.cause == cause:
                it.since_us = event.at_us


def _service(host: str) -> str:
    return host.partition("-")[0]


def _asks(before: Any, after: Any) -> bool:
    was, now = before.get("payment") or {}, after.get("payment") or {}
    is_same = was.get("status") == now.get("status") and was.get("attempt") == now.get("attempt")
    is_refused = was.get("refusals") != now.get("refusals")
    return bool(was) and is_same and not is_refused and was.get("next_at") != now.get("next_at")


def _tries(user: Any) -> int:
    due = user.get("letter_due")
    return int(due["tries"]) if isinstance(due, dict) else 0
