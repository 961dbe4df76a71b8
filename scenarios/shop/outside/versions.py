"""The versions of one ticket or order, put together from whatever shows them.

A version is known from its announcement, or else from the answer that said it was made, or from the
store if it is the last.  One that nothing shows was committed in silence: it is taken to have
changed as little as possible, since that it was never announced is told by the stream itself.  What
the store holds in the end comes last, if it is not what was announced for that version.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scenarios.shop.checks.evidence import Document
from scenarios.shop.outside.announcements import Announcement
from scenarios.shop.outside.causes import Cause, Causes
from scenarios.shop.outside.exchanges import Exchange, Exchanges
from services.common.events import (
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    TicketCreated,
    TicketUpdated,
)

# What an announcement says of a document, and the store has to agree with.
TICKET_FIELDS: Final = ("title", "price_cents", "user_id", "holder", "version")
ORDER_FIELDS: Final = ("user_id", "expires_at", "hold", "status", "payment_id", "version")
MOST_SILENT: Final = 10_000  # versions in a row that nothing shows: a number gone wild


@dataclass(slots=True, eq=False)
class Version:
    """One commit: the document that it made, and what is known of how it came about."""

    noun: str  # ticket or order
    id: str
    document: Document
    said: Announcement | None = None
    cause: Cause | None = None


class VersionHistories:
    """Makes the versions of each aggregate.  `known` says what the stores hold in the end."""

    def __init__(self, exchanges: Exchanges, causes: Causes) -> None:
        self._exchanges = exchanges
        self._causes = causes

    def of_ticket(
        self, id: str, said: Sequence[Announcement], final: Document | None
    ) -> list[Version]:
        """Return the versions of a ticket in their order."""
        made: list[Version] = []
        for version, event in _steps(said, final):
            before = made[-1].document if made else None
            if event is not None:
                after = _ticket(event)
                cause = self._causes.of_ticket(event, _holder(before), _holder(after))
                self._keep_edits_alone(made, after, cause)
                made.append(Version("ticket", id, after, event, cause))
            else:
                made.append(self._silent_ticket(id, version, before, final))
        return _ended(made, "ticket", id, final, TICKET_FIELDS)

    def _silent_ticket(
        self, id: str, version: int, before: Document | None, final: Document | None
    ) -> Version:
        shown = self._exchanges.that_wrote("ticket", id, version)
        if shown is not None:
            return Version("ticket", id, ticket_shown(shown.body), None, shown)
        if final is not None and final["version"] == version:
            after = _some(final, TICKET_FIELDS)
        else:
            after = (before or _some(final or {"_id": id}, TICKET_FIELDS)) | {"version": version}
        cause = self._causes.of_silence(_holder(before), _holder(after), id)
        return Version("ticket", id, after, None, cause)

    def _keep_edits_alone(
        self, made: Sequence[Version], after: Document, cause: Cause | None
    ) -> None:
        # An edit changes nothing but what it is about; what else is new came with the version
        # before, if nothing shows what that one was.
        if not isinstance(cause, Exchange) or not made or made[-1].said or made[-1].cause:
            return
        silent = made[-1]
        edited = {it: silent.document[it] for it in ("title", "price_cents") if it in after}
        silent.document = after | edited | {"version": silent.document["version"]}
        before = _holder(made[-2].document) if len(made) > 1 else None
        silent.cause = self._causes.of_silence(before, _holder(after), silent.id)

    def of_order(
        self, id: str, said: Sequence[Announcement], final: Document | None
    ) -> list[Version]:
        """Return the versions of an order in their order."""
        ticket = next(iter([it.event.ticket.id for it in said if hasattr(it.event, "ticket")]), "")
        made: list[Version] = []
        for version, event in _steps(said, final):
            before = made[-1].document if made else _unheard_of(id, ticket, final)
            if event is not None:
                after = _order(event, before)
                made.append(Version("order", id, after, event, self._causes.of(event)))
            else:
                is_last = final is not None and final["version"] == version
                after = _some(final or {}, ORDER_FIELDS) if is_last else {}
                shown = self._exchanges.that_wrote("order", id, version)
                document = before | after | {"version": version}
                made.append(Version("order", id, document, None, shown))
        return _ended(made, "order", id, final, ORDER_FIELDS)


def _steps(
    said: Sequence[Announcement], final: Document | None
) -> Iterator[tuple[int, Announcement | None]]:
    by_version: dict[int, list[Announcement]] = {}
    for it in said:
        by_version.setdefault(it.version, []).append(it)
    last = max([*by_version, -1 if final is None else int(final["version"])])
    reached = -1
    for version in sorted({*by_version, last}):
        # Not all of a gap of millions: it is named by its ends as well.
        yield from ((it, None) for it in range(max(reached + 1, version - MOST_SILENT), version))
        yield from ((version, it) for it in by_version.get(version, [None]))
        reached = version


def _ended(
    made: list[Version], noun: str, id: str, final: Document | None, fields: Sequence[str]
) -> list[Version]:
    if final is None or not made:
        return made
    last = made[-1].document
    if any(last.get(name) != final.get(name) for name in fields):
        made.append(Version(noun, id, last | _some(final, fields, absent=True)))
    return made


# --- documents ------------------------------------------------------------------------------------


def _ticket(said: Announcement) -> Document:
    event = said.event
    assert isinstance(event, TicketCreated), "tickets speak only of what they offer"
    document = {
        "_id": event.id,
        "title": event.title,
        "price_cents": event.price,
        "user_id": event.user_id,
        "version": event.version,
    }
    holder = event.order_id if isinstance(event, TicketUpdated) else None
    return document | ({} if holder is None else {"holder": holder})


def ticket_shown(body: Document) -> Document:
    """Return the document behind what a person was shown of a ticket."""
    document = {
        "_id": body["id"],
        "title": body["title"],
        "price_cents": round(body["price"] * 100),
        "user_id": body["userId"],
        "version": body["version"],
    }
    return document | ({"holder": body["orderId"]} if body.get("orderId") else {})


def _order(said: Announcement, before: Document) -> Document:
    event = said.event
    match event:
        case OrderCreated():
            return before | {
                "user_id": event.user_id,
                "ticket": before["ticket"]
                | {"id": event.ticket.id, "price_cents": event.ticket.price},
                "expires_at": event.expires_at,
                "hold": event.ticket.hold,
                "status": event.status,
                "version": event.version,
            }
        case OrderCancelled():
            return before | {"status": "cancelled", "version": event.version}
        case OrderCompleted():
            paid = {"status": "complete", "payment_id": event.payment_id}
            return before | paid | {"version": event.version}
    return before | {"status": "awaiting:payment", "version": said.version}


def _unheard_of(id: str, ticket: str, final: Document | None) -> Document:
    known = final or {}
    return {
        "_id": id,
        "user_id": known.get("user_id"),
        "ticket": dict(known.get("ticket") or {"id": ticket, "price_cents": 0}),
        "expires_at": known.get("expires_at"),
        "hold": known.get("hold", 0),
        "status": "created",
        "version": -1,
    }


def _some(document: Document, fields: Sequence[str], absent: bool = False) -> Document:
    names = [it for it in ("_id", *fields) if absent or it in document]
    return {name: document.get(name) for name in names}


def _holder(document: Document | None) -> str | None:
    return None if document is None else document.get("holder")
