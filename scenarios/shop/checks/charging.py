"""Charges: sent as payments has noted them, and given up only where Stripe will never make them.

Most of what this forbids does harm only if several things come together: the card is charged
twice, or for an order that is over, if Stripe was slow and somebody else has given it up.  Noted
and done can be compared in every run.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import MIRRORS, Document, store_of
from scenarios.shop.checks.exchanges import LATITUDE_S
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of

# Within which a charge is sent, and after which none can come any more that was sent.
# Source: services/payments/retry_policy.py
PATIENCE_S: Final = 10.0
CERTAIN_S: Final = 120.0
ON_ITS_WAY_S: Final = 2.0
# A call that is later than this may be given up.
A_LITTLE_S: Final = 1.0
TROUBLE: Final = ("crash", "leave", "pause", "skew", "partition", "failover", "answered", "lost")
# By which Stripe says that this card will not do; whatever else it says may be different next time.
REFUSALS: Final = ("card_declined", "resource_missing", "amount_too_small", "amount_too_large")


@dataclass(slots=True)
class Charging:
    """What payments has noted of each order's payment, and what Stripe was asked and has said."""

    _noted: dict[str, Document] = field(default_factory=dict)
    _attempts: dict[str, tuple[str, int]] = field(default_factory=dict)  # by the key
    _refused: set[tuple[str, int]] = field(default_factory=set)
    _notes: Counter[str] = field(default_factory=Counter)  # that Stripe is about to be asked
    _asks: Counter[str] = field(default_factory=Counter)
    _late_s: dict[str, float] = field(default_factory=dict)  # by how much a charge was held up
    _noted_us: dict[str, int] = field(default_factory=dict)  # when it was last noted that it asks
    _noted_for: dict[str, int | None] = field(default_factory=dict)  # and by which request
    _slept: set[str] = field(default_factory=set)  # orders of which somebody, who asks, slept since
    _ends_us: dict[str, float] = field(default_factory=dict)
    _is_off: bool = False  # whether a clock is
    _has_slept: bool = False
    # Orders whose charge was made, and how often Stripe, asked again, has said only that it erred.
    _unread: dict[str, int] = field(default_factory=dict)
    _unheard: Counter[str] = field(default_factory=Counter)  # charges of which nobody has heard

    def follow(self, event: TraceEvent) -> Iterator[Breach]:
        """Take down what happens, and say what should not have."""
        if _is_trouble(event):
            self._unread = dict.fromkeys(self._unread, 0)
        match event.kind:
            case "write" if store_of(event) == MIRRORS and event["after"] is not None:
                yield from self._written(event)
            case "charge":
                yield from self._asked(event)
                yield from self._repeated(event)
            case "late" | "answered" | "lost" if event["to"] == "stripe":
                unheard_s = PATIENCE_S if event.get("unheard") else 0.0
                held_up_s = self._late_s.get(event["about"], 0.0) + event.get("s", 0.0) + unheard_s
                self._late_s[event["about"]] = held_up_s
                if event["verb"] == "charge" and (event.kind == "lost" or unheard_s):
                    self._unheard[event["about"]] += 1
            case "skew" if event.host.startswith("payments"):
                self._is_off = True
            case "pause" if event.host.startswith("payments"):
                self._has_slept = True
                # Whoever sleeps before hearing that it is noted knows on waking how late it is.
                self._slept |= {id for id, us in self._noted_us.items() if us < event.at_us}

    @property
    def _doubtful(self) -> bool:
        """Whether moments say nothing."""
        return self._is_off or self._has_slept

    def _written(self, event: TraceEvent) -> Iterator[Breach]:
        order, after = event["id"], event["after"].get("payment")
        before = (event["before"] or {}).get("payment")
        if after is not None:
            self._noted[order] = after
            if after["sent_at"] not in (None, (before or {}).get("sent_at")):
                self._notes[order] += 1
                self._noted_us[order] = event.at_us
                self._noted_for[order] = event.cause
                self._ends_us[order] = seconds_of(event["after"]["expires_at"]) * 1e6
                yield from _too_late(event)
        if before is None or after is None or before["status"] not in ("pending", "refunding"):
            return
        wrong = self._rests_too_long(event, before, after) or self._is_put_off(event, after)
        if before["status"] == "pending":
            wrong = self._wrongly_left(event, before, after) or wrong
        if wrong:
            said = f"order {short(order)}: {wrong}, at {moment(event.at_us)}"
            yield Breach(said, [event.number])

    def _wrongly_left(self, event: TraceEvent, before: Document, after: Document) -> str:
        if after["attempt"] != before["attempt"]:
            return "another card is tried, and Stripe has not refused the one before"
        if after["status"] == "declined" and not self._is_over(event["id"], before, after):
            return "its payment is given up, and Stripe may have made the charge, or make it yet"
        if self._is_unsaid(event, before, after):
            return "its payment is put off, and it is not noted that Stripe is asked again"
        return ""

    def _rests_too_long(self, event: TraceEvent, before: Document, after: Document) -> str:
        # Nobody waits for Stripe to be asked again for longer than they have waited already, or
        # until no charge can come any more.
        if after["next_at"] in (None, before["next_at"]) or self._doubtful:
            return ""
        at_s = event.at_us / 1e6
        waits_s, waited_s = seconds_of(after["next_at"]) - at_s, at_s - seconds_of(after["since"])
        if waits_s <= max(CERTAIN_S, waited_s) + LATITUDE_S:
            return ""
        return (
            f"Stripe is to be asked again in {waits_s:.0f} s, though {waited_s:.0f} s have passed"
        )

    def _is_put_off(self, event: TraceEvent, after: Document) -> str:
        # What is owed back, if it was charged, is not kept until the order's time would be over.
        was, now = (event["before"] or {}).get("status"), event["after"]["status"]
        if now != "cancelled" or was == now or after["next_at"] is None or self._doubtful:
            return ""
        waits_s = seconds_of(after["next_at"]) - event.at_us / 1e6
        if waits_s <= PATIENCE_S + LATITUDE_S:
            return ""
        return f"it is cancelled, and Stripe is asked what became of its payment in {waits_s:.0f} s"

    def _is_unsaid(self, event: TraceEvent, before: Document, after: Document) -> bool:
        # While an order is open, the same charge is sent again, which is noted; later it is looked
        # for in Stripe's books.
        is_put_off = after["next_at"] != before["next_at"] and after["sent_at"] == before["sent_at"]
        left_s = seconds_of(event["after"]["expires_at"]) - event.at_us / 1e6
        is_open = event["after"]["status"] == "open" and left_s > LATITUDE_S and not self._doubtful
        return after["status"] == "pending" and is_put_off and is_open

    def _is_over(self, order: str, before: Document, after: Document) -> bool:
        if (order, before["attempt"]) in self._refused or before["sent_at"] is None:
            return True
        return seconds_of(after["since"]) - seconds_of(before["sent_at"]) >= CERTAIN_S

    def _was_noted_too_late(self, order: str) -> bool:
        # That it is noted, its service heard afterwards; of several notes, nobody can tell whose.
        is_late = self._noted_us.get(order, -1) >= self._ends_us.get(order, inf)
        return is_late and self._notes[order] == 1 and not self._is_off

    def _repeated(self, event: TraceEvent) -> Iterator[Breach]:
        # An error that Stripe keeps under a key comes again; what became of the charge stands in
        # its books, at which whoever asked in vain looks at once; who has not heard that looks not.
        order = str(event["order"])
        if event["outcome"] == "succeeded":
            self._unread.setdefault(order, 0)
        elif event["replayed"] and order in self._unread:
            self._unread[order] += 1
            if self._unread[order] == 2 + self._unheard[order]:
                said = f"order {short(order)}: Stripe was asked again at {moment(event.at_us)} for"
                yield Breach(
                    f"{said} the charge that it has made, and nobody has looked into its books",
                    [event.number],
                )

    def _asked(self, event: TraceEvent) -> Iterator[Breach]:
        order = str(event["order"])
        noted = self._noted.get(order)
        if noted is None:
            return
        self._asks[order] += 1
        said = f"order {short(order)}: Stripe was asked for a charge at {moment(event.at_us)}"
        if self._asks[order] > self._notes[order]:
            yield Breach(f"{said}, and payments has not noted that it asks", [event.number])
        elif self._was_noted_too_late(order):
            yield Breach(f"{said}, and its time was over when that was noted", [event.number])
        attempt = self._attempts.setdefault(event["key"] or "", (order, noted["attempt"]))
        # What another request has sent may be of an attempt before, and come only now.
        is_own = event.cause is not None and event.cause == self._noted_for.get(order)
        if is_own and event["key"] and attempt != (order, noted["attempt"]):
            other = f"attempt {attempt[1]} of order {short(attempt[0])}"
            yield Breach(
                f"{said} under the key of {other}, and this is attempt {noted['attempt']}",
                [event.number],
            )
        if event["outcome"] in REFUSALS:
            self._refused.add(attempt)
        is_doubtful = self._is_off or order in self._slept
        if noted["status"] != "pending" or noted["sent_at"] is None or is_doubtful:
            return
        late_s = event.at_us / 1e6 - seconds_of(noted["sent_at"])
        if late_s > PATIENCE_S + ON_ITS_WAY_S + self._late_s.get(order, 0.0):
            yield Breach(
                f"{said}, {late_s:.0f} s after payments has noted that it asks",
                [event.number],
            )


def _too_late(noted: TraceEvent) -> Iterator[Breach]:
    # By the clock of whoever notes it, so that two clocks need not agree.
    order = noted["after"]
    is_over = seconds_of(order["payment"]["sent_at"]) >= seconds_of(order["expires_at"])
    if is_over or order["status"] == "cancelled":
        said = f"order {short(noted['id'])}: it is noted that Stripe is asked for a charge"
        yield Breach(f"{said}, and it is over, at {moment(noted.at_us)}", [noted.number])


def _is_trouble(event: TraceEvent) -> bool:
    """Tell whether something may have kept payments from hearing, or from noting what it heard."""
    if event.kind == "late":
        return bool(event.get("unheard")) or event["s"] > A_LITTLE_S
    return event.kind in TROUBLE
