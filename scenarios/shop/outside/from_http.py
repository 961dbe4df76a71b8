"""Evidence from HTTP alone, for a shop of which nothing else can be seen.

What was never shown is taken to have been as it should: versions that nobody saw were committed in
between, one by one, and an order was cancelled as soon as that may have happened unseen.  So what
is reported has certainly happened, and much that may have happened is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Document, Evidence
from scenarios.shop.checks.exchanges import SIGN_IN
from scenarios.shop.outside.exchanges import Exchange, Exchanges
from scenarios.shop.outside.holding_intervals import writes_of_orders
from scenarios.shop.outside.observations import Observation, in_order, last_seen, observations
from scenarios.shop.outside.unseen import UNSEEN

# All but no-double-sale, terminal-is-final, versions-step-by-one, accepted-is-durable,
# sessions-isolate, owner-only, reads-go-forward, answered-alike, lists-are-whole and
# refusals-in-words.
UNSEEN_OVER_HTTP: Final = UNSEEN | {
    "no-lost-update",
    "charged-once",
    "holder-releases",
    "money-conserved",
    "replicas-converge",
    "reservation-agrees",
    "every-version-announced",
    "orders-settle",
    "nothing-stuck",
    "conditions-hold",
    "prices-to-the-cent",
    "history-explains-state",
}
Seen = Mapping[str, Sequence[Observation]]


def from_http(events: Sequence[TraceEvent]) -> Evidence:
    """Return what requests and responses show.

    Documents are as they were last shown.  The writes that are concluded from responses come before
    `events`, each with the number of the response that it was concluded from, so that whatever is
    proved by them is proved by an event of the recording.
    """
    exchanges = Exchanges(events)
    seen = observations(exchanges)
    writes = [write for shown in seen["ticket"].values() for write in _writes(shown)]
    of_orders = writes_of_orders(seen["order"], exchanges)
    writes += sorted(of_orders, key=lambda it: it.at_us)  # the order of commits, across tickets
    return Evidence(
        events=(*writes, *events),
        users=_users(exchanges),
        tickets=_last(seen["ticket"], exchanges, "/api/tickets"),
        orders=_ended(_last(seen["order"], exchanges, "/api/orders"), seen["order"], exchanges),
        mirrors=_payments(exchanges),
        now_s=0.0,
        unseen=UNSEEN_OVER_HTTP | (set() if _looked_again(exchanges) else {"accepted-is-durable"}),
    )


def _writes(seen: Sequence[Observation]) -> Iterator[TraceEvent]:
    before: Document | None = None
    for it in in_order(seen):
        for after in _unseen_between(before, it.document):
            yield _write(it, before, after)
            before = after
        if it.document != before:
            yield _write(it, before, it.document)
            before = it.document


def _unseen_between(before: Document | None, after: Document) -> Iterator[Document]:
    reached = -1 if before is None else int(before["version"])
    for version in range(max(reached + 1, after["version"] - 1_000), after["version"]):
        yield (before or after) | {"version": version}


def _write(seen: Observation, before: Document | None, after: Document) -> TraceEvent:
    fields = {"database": "tickets", "collection": "tickets", "id": after["_id"]}
    return TraceEvent(
        seen.answer.number,
        seen.until_us,
        "tickets-db",
        "write",
        seen.exchange.request.number,
        {**fields, "verb": "concluded", "before": before, "after": after},
    )


# --- documents as they were last shown ------------------------------------------------------------


def _last(seen: Seen, exchanges: Exchanges, path: str) -> dict[str, Document]:
    gone = _not_found(exchanges)
    return {
        id: last_seen(shown)
        for id, shown in seen.items()
        if gone.get(f"{path}/{id}", -1) <= shown[-1].until_us
    }


def _not_found(exchanges: Exchanges) -> dict[str, int]:
    # path → when it was last looked for in vain
    missing = [it for it in exchanges.all if it.response and it.response.get("status") == 404]
    return {it.path: it.request.at_us for it in missing if it.request["method"] == "GET"}


def _ended(orders: dict[str, Document], seen: Seen, exchanges: Exchanges) -> dict[str, Document]:
    for it in exchanges.all:
        id = it.path.rpartition("/")[2]
        if it.request["method"] == "DELETE" and it.succeeded and id in orders:
            assert it.response is not None, "it succeeded"
            later = [one for one in seen[id] if one.from_us > it.response.at_us]
            if not later:
                orders[id] = orders[id] | {"status": "cancelled"}
    return orders


def _users(exchanges: Exchanges) -> dict[str, Document]:
    signed_in = [it for it in exchanges.all if it.path in SIGN_IN and it.succeeded]
    return {it.body["id"]: {"email": it.body["email"], "epoch": 1} for it in signed_in}


def _payments(exchanges: Exchanges) -> dict[str, Document]:
    gone = _not_found(exchanges)
    found: dict[str, Document] = {}
    for it in exchanges.all:
        if it.path.startswith("/api/payments") and it.succeeded and isinstance(it.body, dict):
            assert it.response is not None, "it succeeded"
            if gone.get(f"/api/payments/{it.body['id']}", -1) <= it.response.at_us:
                found[it.body["orderId"]] = {"payment": {"id": it.body["id"]}}
    return found


def _looked_again(exchanges: Exchanges) -> bool:
    made: dict[str, int] = {}  # path → when it was answered that it is there
    for it in sorted(exchanges.all, key=lambda it: it.request.at_us):
        if it.request["method"] == "GET" and it.request.at_us > made.get(it.path, it.request.at_us):
            return True
        if it.request["method"] != "GET" and it.succeeded and it.response is not None:
            made.setdefault(_place(it), it.response.at_us)
    return False


def _place(exchange: Exchange) -> str:
    body: Any = exchange.body
    made = exchange.request["method"] == "POST" and isinstance(body, dict) and "id" in body
    return f"{exchange.path}/{body['id']}" if made else exchange.path
