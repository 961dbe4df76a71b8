"""The writes of a run, and what else the stream and Stripe's books tell, put together from outside.

The order of commits is the kindest that explains what was seen; `moments` says what that means.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Document
from scenarios.shop.outside import commit_times, inferred, payments
from scenarios.shop.outside.announcements import Announcement, announcements, microseconds
from scenarios.shop.outside.causes import Cause, Causes
from scenarios.shop.outside.exchanges import Exchange, Exchanges
from scenarios.shop.outside.inferred import InferredEvent
from scenarios.shop.outside.snapshot import Snapshot, Stored
from scenarios.shop.outside.versions import Version, VersionHistories


def history(snapshot: Snapshot, http: Sequence[TraceEvent], began: datetime) -> list[InferredEvent]:
    """Return writes, storings, charges and refunds; `http` are the requests and responses.

    Times are in µs since `began`; those of `http` have to be, too.
    """
    return _History(snapshot, http, microseconds(began)).inferred_events()


class _History:
    def __init__(self, snapshot: Snapshot, http: Sequence[TraceEvent], began_us: int) -> None:
        self._snapshot = snapshot
        self._began_us = began_us
        self._said = announcements(snapshot)
        self._exchanges = Exchanges(http)
        self._causes = Causes(self._said, self._exchanges)
        self._storings = {it.seq: self._storing(it) for it in snapshot.stream}
        self._writes: dict[Version, InferredEvent] = {}

    def inferred_events(self) -> list[InferredEvent]:
        histories = VersionHistories(self._exchanges, self._causes)
        tickets = self._all("ticket", histories.of_ticket, self._snapshot.tickets)
        orders = self._all("order", histories.of_order, self._snapshot.orders)
        for versions in tickets:
            self._write(
                versions, commit_times.CommitTimes(commit_times.of_ticket(versions, self._bounds))
            )
        for rivals in _by_ticket(orders):
            found = commit_times.of_orders(rivals, self._bounds)
            for versions in rivals:
                self._write(versions, found)
        self._explain_storings()
        money = payments.inferred_payments(self._snapshot, self._said, self._began_us)
        return [*self._writes.values(), *self._storings.values(), *money]

    # --- writes -------------------------------------------------------------------------------

    def _all(
        self, noun: str, told: payments.Told, finals: Mapping[str, Document]
    ) -> list[list[Version]]:
        said: dict[str, list[Announcement]] = {id: [] for id in finals}
        for it in self._said:
            if it.noun == noun:
                said.setdefault(it.id, []).append(it)
        return [told(id, about, finals.get(id)) for id, about in said.items()]

    def _write(self, versions: Sequence[Version], found: commit_times.CommitTimes) -> None:
        before = None
        for version in versions:
            store = f"{version.noun}s"
            fields: dict[str, Any] = {"database": store, "collection": store, "id": version.id}
            fields |= {"before": before, "after": version.document}
            fields["verb"] = "insert" if before is None else "update"
            self._writes[version] = InferredEvent(
                found.at_us[version],
                f"{store}-db",
                "write",
                fields,
                self._event_of(version.cause),
                inferred.WRITE,
                # At one moment an order changes before a ticket does.
                found.places.get(version, (len(self._writes) + 1_000_000, 0)),
            )
            before = version.document

    def _bounds(self, version: Version) -> tuple[int, int]:
        said, cause = version.said, version.cause
        low, high = commit_times.UNKNOWN_US, self._snapshot.at_us - self._began_us
        if said is not None:
            low = said.committed_us - self._began_us
            high = high if said.stored is None else self._since(said.stored)
        if isinstance(cause, Exchange):
            low = max(low, cause.request.at_us + 1)
            if cause.succeeded and cause.response is not None:
                high = min(high, cause.response.at_us)
        elif cause is not None and cause.stored is not None and version.noun == "order":
            low = max(low, self._since(cause.stored) + 1)
        return min(low, high), high

    # --- storings -----------------------------------------------------------------------------

    def _storing(self, stored: Stored) -> InferredEvent:
        data = stored.data
        source = data.get("source", "") if isinstance(data, dict) else ""
        fields = {
            "seq": stored.seq,
            "subject": stored.subject,
            "id": stored.headers.get("Nats-Msg-Id"),
            "duplicate": False,
            "data": data,
            "by": str(source).rpartition("/")[2],
        }
        if "Boxoffice-Reason" in stored.headers:
            fields["reason"] = stored.headers["Boxoffice-Reason"]
            fields["by"] = stored.subject.split(".")[1]
        at_us, place = self._since(stored), (stored.seq, 0)
        return InferredEvent(at_us, "nats", "stored", fields, None, inferred.STORED, place)

    def _explain_storings(self) -> None:
        writes = {version.said: it for version, it in self._writes.items() if version.said}
        for said in self._said:
            if said.stored is not None:
                storing = self._storings[said.stored.seq]
                cause = writes.get(said)
                storing.cause = cause or self._event_of(self._causes.of(said))

    def _event_of(self, cause: Cause | None) -> InferredEvent | TraceEvent | None:
        if isinstance(cause, Exchange):
            return cause.request
        if cause is None or cause.stored is None:
            return None
        return self._storings[cause.stored.seq]

    def _since(self, stored: Stored) -> int:
        return stored.at_us - self._began_us


def _by_ticket(orders: Iterable[list[Version]]) -> list[list[list[Version]]]:
    found: dict[str, list[list[Version]]] = {}
    for versions in orders:
        if versions:
            found.setdefault(versions[0].document["ticket"]["id"], []).append(versions)
    return list(found.values())
