"""Pages: whoever follows a list to its end is shown each thing once, in its order.

And of tickets those that are for sale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import MOMENTS, TICKETS, Evidence
from scenarios.shop.checks.exchanges import Exchange, exchanges
from scenarios.shop.checks.undone import REPLICATED_US
from scenarios.shop.checks.words import moment, short

LISTS: Final = {"GET /api/tickets": "ticket", "GET /api/orders": "order"}
PAGE: Final = 50  # that has as many, unless another number is asked for


@dataclass(slots=True)
class Walk:
    """The pages that somebody has followed so far, from the first on."""

    pages: list[Exchange] = field(default_factory=list)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """All that they show."""
        return [one for it in self.pages for one in it.body]


def lists_are_whole(evidence: Evidence) -> Finding:
    """Take each page, and each walk along `Link` from the first page to the last."""
    walks: dict[tuple[str, str], Walk] = {}  # person and the path that leads on → so far
    placed: dict[str, dict[str, Exchange]] = {}  # user → orders, and how each was asked for
    overs = [it for it in evidence.of_kind("failover") if it.host in ("tickets-db", "orders-db")]
    is_skewed = any(evidence.of_kind("skew"))  # when an order was placed is told by a clock
    tested, breaches = False, list[Breach]()
    for it in exchanges(evidence):
        if it.call == "POST /api/orders" and it.status == 201:
            placed.setdefault(it.user, {}).setdefault(it.body["id"], it)
        if it.call not in LISTS or it.status != 200:
            continue
        tested = True
        breaches += _page(it)
        if it.call == "GET /api/tickets" and MOMENTS not in evidence.unseen:
            breaches += _held(evidence, it)
        if it.call == "GET /api/orders" and not is_skewed:
            breaches += _in_order(it, placed.get(it.user, {}))
        path = it.request["path"]
        walk = walks.pop((it.request.host, path), None)
        walk = walk or (None if "after=" in path else Walk())
        if walk is None:
            continue
        walk.pages.append(it)
        since = walk.pages[0].request.number
        if onward := _onward(it):
            walks[it.request.host, onward] = walk
        elif not any(since < over.number < it.response.number for over in overs):
            breaches += _whole(evidence, walk, placed)
    return Finding(tested, breaches)


def _onward(it: Exchange) -> str:
    link = it.header("Link") or ""
    return link.partition(">")[0].removeprefix("<") if 'rel="next"' in link else ""


def _asked(path: str) -> tuple[int, str]:
    """Return the limit and the id to come after, of a list.

    >>> _asked("/api/orders?limit=3&after=70dbd8814b37bb1c7f004aff"), _asked("/api/orders")
    ((3, '70dbd8814b37bb1c7f004aff'), (50, ''))
    """
    query = parse_qs(urlsplit(path).query)
    return int(query.get("limit", [str(PAGE)])[0]), query.get("after", [""])[0]


def _page(it: Exchange) -> Iterator[Breach]:
    noun, (limit, after) = LISTS[it.call], _asked(it.request["path"])
    ids = [one["id"] for one in it.body]
    onward = _onward(it)
    if len(ids) > limit:
        yield _breach(it, f"{len(ids)} {noun}s, where {limit} were asked for")
    if after in ids:
        yield _breach(it, f"{noun} {short(after)} again, after which it was to begin")
    if onward and len(ids) < limit:
        yield _breach(it, f"a next page after one of {len(ids)}, where {limit} have room")
    if onward and ids and _asked(onward) != (limit, ids[-1]):
        yield _breach(it, f"a next page that does not begin after {noun} {short(ids[-1])}")
    if noun == "ticket" and ids != sorted(ids):
        yield _breach(it, "tickets that are not in their order")


def _held(evidence: Evidence, it: Exchange) -> Iterator[Breach]:
    """Take each ticket of a page: one that is held all the time is not for sale."""
    since_us = it.request.at_us - REPLICATED_US
    for one in it.body:
        history = evidence.history(TICKETS, one["id"])
        before = [write for write in history if write.at_us < since_us][-1:]
        during = [w for w in history if since_us <= w.at_us and w.number < it.response.number]
        if before and all((write["after"] or {}).get("holder") for write in (*before, *during)):
            yield _breach(it, f"ticket {short(one['id'])}, which was not for sale", before[0])


def _in_order(it: Exchange, placed: dict[str, Exchange]) -> Iterator[Breach]:
    """Take each two orders of a page: one that was asked for when the other was there is behind."""
    shown = [placed[one["id"]] for one in it.body if one["id"] in placed]
    for nth, first in enumerate(shown):
        if any(other.response.number < first.request.number for other in shown[nth + 1 :]):
            yield _breach(it, "orders that are not in their order", first)


def _breach(it: Exchange, what: str, first: Exchange | TraceEvent | None = None) -> Breach:
    path, at = it.request["path"].partition("?")[0], moment(it.response.at_us)
    proof = [*_numbers(first), *it.numbers]
    return Breach(f"GET {path} showed {it.request.host} {what}, at {at}", proof)


def _numbers(first: Exchange | TraceEvent | None) -> Sequence[int]:
    if first is None:
        return ()
    return first.numbers if isinstance(first, Exchange) else [first.number]


def _whole(
    evidence: Evidence, walk: Walk, placed: dict[str, dict[str, Exchange]]
) -> Iterator[Breach]:
    first, last = walk.pages[0], walk.pages[-1]
    noun, shown = LISTS[last.call], [one["id"] for one in walk.shown]
    for id in dict.fromkeys(shown):
        if shown.count(id) > 1:
            yield _breach(last, f"{noun} {short(id)} {shown.count(id)} times in one walk", first)
    began = first.request.number
    if noun == "order":
        mine = placed.get(first.user, {})
        due = [id for id, asked in mine.items() if asked.response.number < began]
    else:
        due = _for_sale(evidence, walk) if MOMENTS not in evidence.unseen else []
    seen = set(shown)
    for id in due:
        if id not in seen:
            yield _breach(last, f"no {noun} {short(id)}, which was there all the time", first)


def _for_sale(evidence: Evidence, walk: Walk) -> list[str]:
    """Return the tickets that nobody held from before a walk until after it."""
    began = walk.pages[0].request
    until_us = walk.pages[-1].response.at_us + REPLICATED_US
    found = []
    for id in evidence.tickets:
        history = evidence.history(TICKETS, id)
        before = [write for write in history if write.number < began.number][-1:]
        during = [w for w in history if w.number > began.number and w.at_us <= until_us]
        states = [write["after"] for write in (*before, *during)]
        if before and all(state and not state.get("holder") for state in states):
            found.append(id)
    return found
