"""Conditional requests: what If-Match names is what is changed, and a refusal changes nothing."""

from collections.abc import Iterator, Sequence
from typing import Final

from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import MOMENTS, ORDERS, TICKETS, Evidence, store_of
from scenarios.shop.checks.exchanges import Exchange, exchanges, id_in
from scenarios.shop.checks.undone import REPLICATED_US
from scenarios.shop.checks.words import moment, short

EDIT: Final = "PUT /api/tickets"
LOOK: Final = "GET /api/tickets"
CANCEL: Final = "DELETE /api/orders"


def conditions_hold(evidence: Evidence) -> Finding:
    """Take each edit, and each look: If-Match, ETag, 409, 412, and what was refused."""
    tested, breaches = False, list[Breach]()
    refused: dict[int, Exchange] = {}
    for it in exchanges(evidence):
        edited, seen = id_in(it.call, EDIT), id_in(it.call, LOOK)
        tested |= bool(it.status and (edited or seen))
        breaches += _etag(it) if edited or seen else ()
        if it.status in (409, 412) and not edited:
            breaches.append(_breach(it, "where nothing can be changed by two, or on a condition"))
        if edited and it.status:
            breaches += _edited(evidence, it, edited)
        if (edited or id_in(it.call, CANCEL)) and 400 <= it.status < 500:
            refused[it.request.number] = it
    breaches += _written_all_the_same(evidence, refused)
    return Finding(tested, breaches)


def _breach(it: Exchange, wrong: str, proof: Sequence[int] = ()) -> Breach:
    begin, _, id = it.call.rpartition("/")
    call = f"{begin}/{short(id)}"
    at = moment(it.response.at_us)
    message = f"{it.request.host} was answered {it.said} to {call} at {at}, {wrong}"
    return Breach(message, [*proof, *it.numbers])


def _etag(it: Exchange) -> Iterator[Breach]:
    tag, version = it.header("ETag"), it.body.get("version") if isinstance(it.body, dict) else None
    if it.status == 200 and version is not None and tag is not None and tag != f'"{version}"':
        yield _breach(it, f"with the ETag {tag}, which is not version {version}")


def _edited(evidence: Evidence, it: Exchange, ticket: str) -> Iterator[Breach]:
    wanted = _version_in(it.request.get("headers", {}).get("If-Match"))
    if it.status == 200:
        made = it.body["version"]
        if wanted is not None and made != wanted + 1:
            yield _breach(it, f"which made version {made} of what was to be version {wanted}")
    elif it.status == 412 and "If-Match" not in it.request.get("headers", {}):
        yield _breach(it, "without a condition")
    elif it.status in (409, 412) and MOMENTS not in evidence.unseen:
        yield from _not_due(evidence, it, ticket, wanted)


def _version_in(tag: str | None) -> int | None:
    digits = (tag or "").strip().strip('"')
    return int(digits) if digits.isdecimal() else None


def _was_rolled_back(evidence: Evidence, it: Exchange) -> bool:
    # Whoever read what a fail-over has undone was answered by what has never been.
    overs = (event for event in evidence.of_kind("failover") if event.host == "tickets-db")
    until_us = it.response.at_us + REPLICATED_US
    return any(it.request.at_us - REPLICATED_US <= event.at_us <= until_us for event in overs)


def _not_due(evidence: Evidence, it: Exchange, ticket: str, wanted: int | None) -> Iterator[Breach]:
    if _was_rolled_back(evidence, it):
        return
    history = evidence.history(TICKETS, ticket)
    before = [write for write in history if write.number < it.request.number]
    until_us = it.response.at_us + REPLICATED_US
    during = [w for w in history if w.number > it.request.number and w.at_us <= until_us]
    if not before:
        return
    if it.status == 409 and not [write for write in during if write.cause != it.request.number]:
        yield _breach(it, "but nobody else changed it meanwhile", [before[-1].number])
    versions = [write["after"]["version"] for write in (before[-1], *during) if write["after"]]
    if it.status == 412 and versions == [wanted]:
        yield _breach(it, f"but {wanted} was the latest version", [before[-1].number])


def _written_all_the_same(evidence: Evidence, refused: dict[int, Exchange]) -> Iterator[Breach]:
    if not refused:
        return
    for write in evidence.writes(TICKETS, ORDERS):
        it = refused.get(-1 if write.cause is None else write.cause)
        if it is not None:
            noun = "ticket" if store_of(write) == TICKETS else "order"
            changed = f"{noun} {short(write['id'])} was changed at {moment(write.at_us)}"
            yield _breach(it, f"but by this {changed}", [write.number])
