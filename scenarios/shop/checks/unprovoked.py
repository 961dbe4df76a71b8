"""What goes wrong where nothing is in the way: mistakes, outages, and news that come late."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from boxoffice.clock import EPOCH
from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, TICKETS, Evidence, data_of
from scenarios.shop.checks.words import moment, short

TROUBLE: Final = (
    *("crash", "leave", "failover", "partition", "heal", "lost", "late", "answered"),
    *("pause", "wake", "forgets", "skew"),
)
A_LITTLE_S: Final = 1.0  # so late a call may be, and nobody gives it up
UP_S: Final = 2.0  # until all are up: a replica may take the consumer that another replays by
BACKGROUND: Final = "background"  # where it is told that a loop has died, and begins anew
# Who is woken does it now; a sweep of once a minute finds what another life has left.
AT_ONCE_S: Final = 0.5  # where no call is late at all
SOON_S: Final = 5.0
LOOK_S: Final = 5.0  # between two looks at payments: one of them may note what the next gives back
AFTERMATH_S: Final = 61.0


def mistakes(evidence: Evidence) -> Iterator[Breach]:
    """Take what services log as mistakes, and the outages of servers that had none."""
    troubled = False
    for it in evidence.of_kind("log", *TROUBLE):
        if it.kind != "log":
            troubled |= _is_trouble(it)
        elif it.get("what") == "failed" or it.get("where") == BACKGROUND:
            at, error = moment(it.at_us), str(it.get("error"))[:120]
            yield Breach(f"{it.host}: {it['where']} failed at {at}: {error}", [it.number])
        elif it.get("what") == "outage" and not troubled and it.at_us > UP_S * 1e6:
            missed = f"{it.host}: {it['where']} missed a server at {moment(it.at_us)}"
            yield Breach(f"{missed}, and nothing was in the way", [it.number])


def late_news(evidence: Evidence) -> Iterator[Breach]:
    """Take each change: unless something is in the way, it is announced and acted on soon."""
    if not (evidence.prompt and evidence.is_told):
        return
    way = _Way(evidence)
    yield from _announced(evidence, way)
    if not any(evidence.of_kind("skew")):
        yield from _given_back(evidence, way)
        yield from _rung(evidence, way)


class _Way:
    """When something was in the way, in µs."""

    def __init__(self, evidence: Evidence) -> None:
        troubles = [*evidence.of_kind(*TROUBLE)]
        self._any = [it.at_us for it in troubles]
        self._much = [it.at_us for it in troubles if _is_trouble(it)]
        self.ends_us = evidence.events[-1].at_us if evidence.events else 0

    def was_missed(self, since_us: int, done_us: int | None, look_s: float = 0.0) -> bool:
        """Tell whether what was to be done from then on came late, and nothing was in the way.

        `look_s` is how long it may lie there until somebody looks for it.
        """
        done_us = self.ends_us if done_us is None else done_us
        return any(
            done_us > since_us + within_s * 1e6 and not _within(troubles, since_us, within_s)
            for within_s, troubles in (
                (look_s + AT_ONCE_S, self._any),
                (look_s + SOON_S, self._much),
            )
        )


def _within(troubles_us: Sequence[int], since_us: int, within_s: float) -> bool:
    first = bisect_left(troubles_us, since_us - AFTERMATH_S * 1e6)
    return first < len(troubles_us) and troubles_us[first] <= since_us + within_s * 1e6


def _announced(evidence: Evidence, way: _Way) -> Iterator[Breach]:
    stored_us: dict[str, int] = {}
    for event in evidence.of_kind("stored"):
        stored_us.setdefault(str(event["id"]), event.at_us)
    for write in evidence.writes(TICKETS, ORDERS, MIRRORS):
        for id in _told(write):
            if way.was_missed(write.at_us, stored_us.get(id)):
                said = f"{write.host}: {id}, written at {moment(write.at_us)}, was announced late"
                yield Breach(f"{said}, and nothing was in the way", [write.number])


def _given_back(evidence: Evidence, way: _Way) -> Iterator[Breach]:
    refunded_us: dict[str, int] = {}
    for event in evidence.of_kind("refund"):
        refunded_us.setdefault(str(event["order"]), event.at_us)
    owed: set[str] = set()
    for write in evidence.writes(MIRRORS):
        is_owed = ((write["after"] or {}).get("payment") or {}).get("status") == "refunding"
        if is_owed and write["id"] not in owed:
            owed.add(write["id"])
            if way.was_missed(write.at_us, refunded_us.get(write["id"]), LOOK_S):
                said = f"order {short(write['id'])}: money that was owed from"
                how = f"{moment(write.at_us)} on was given back late, and nothing was in the way"
                yield Breach(f"{said} {how}", [write.number])


def _rung(evidence: Evidence, way: _Way) -> Iterator[Breach]:
    ends_us: dict[str, int] = {}
    over_us: dict[str, int] = {}  # or rung
    set_at: dict[str, TraceEvent] = {}
    for event in evidence.of_kind("stored", "decided"):
        if event.kind == "decided":
            is_new = event.get("type") == "order.created" and event["decision"] == "apply"
            if is_new and event.host.startswith("expiration"):
                set_at.setdefault(event["subject"], event)
        elif (data := data_of(event)) and event["subject"] == "order.created":
            ends = datetime.fromisoformat(data["expiresAt"]) - EPOCH
            ends_us[data["id"]] = round(ends.total_seconds() * 1e6)
        elif event["subject"] in ("expiration.complete", "order.completed", "order.cancelled"):
            over_us.setdefault(str(data.get("orderId") or data.get("id")), event.at_us)
    for order, timer in set_at.items():
        due_us = max(timer.at_us, ends_us.get(order, 0))
        if order in ends_us and way.was_missed(due_us, over_us.get(order)):
            said = f"order {short(order)}: the alarm of {moment(due_us)} rang late"
            yield Breach(f"{said}, and nothing was in the way", [timer.number])


def _told(write: TraceEvent) -> list[str]:
    before, after = write["before"] or {}, write["after"] or {}
    known = {entry["id"] for entry in before.get("outbox", ())}
    return [entry["id"] for entry in after.get("outbox", ()) if entry["id"] not in known]


def _is_trouble(event: TraceEvent) -> bool:
    return event.kind != "late" or event["s"] > A_LITTLE_S or bool(event.get("unheard"))
