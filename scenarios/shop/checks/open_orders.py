"""Open orders: nobody has more than they may, and who is refused another has as many as told."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from boxoffice.world import Breach
from scenarios.shop.checks.evidence import ORDERS, Evidence
from scenarios.shop.checks.exchanges import exchanges
from scenarios.shop.checks.undone import REPLICATED_US
from scenarios.shop.checks.words import moment, short

PLACE: Final = "POST /api/orders"
TOLD: Final = re.compile(r"You have ([0-9]+) open orders")
OPEN: Final = ("created", "awaiting:payment")


def too_many(evidence: Evidence) -> Iterator[Breach]:
    """Yield each order by which somebody had more open ones than they may have."""
    opened: dict[str, str] = {}  # order → whose it is
    for write in evidence.writes(ORDERS) if evidence.most_open else ():
        after, is_new = write["after"], write["id"] not in opened
        if after is None or after["status"] not in OPEN:
            opened.pop(write["id"], None)
            continue
        opened[write["id"]] = after["user_id"]
        has = Counter(opened.values())[after["user_id"]]
        if is_new and has > (evidence.most_open or has):
            said = f"user {short(after['user_id'])} had {has} open orders at"
            yield Breach(f"{said} {moment(write.at_us)}", [write.number])


def refused_for_nothing(evidence: Evidence) -> Iterator[Breach]:
    """Yield who was refused another order, and had fewer open ones than they may at any moment."""
    for it in exchanges(evidence):
        if it.call != PLACE or it.status != 429:
            continue
        said = TOLD.search(it.said)  # which a refusal in other words does not
        may = int(said[1]) if said else evidence.most_open
        until_us = it.response.at_us + REPLICATED_US
        most = _most_open(evidence, it.user, it.request.at_us, until_us)
        if may is not None and most < may:
            at = moment(it.response.at_us)
            yield Breach(
                f"{it.request.host} was answered {it.said} at {at}, and had {most}", it.numbers
            )


def _most_open(evidence: Evidence, user: str, since_us: int, until_us: int) -> int:
    """Return how many of somebody's orders were open at once at most, between two moments."""
    opened: dict[str, None] = {}
    most = 0
    for write in evidence.writes(ORDERS):
        if write.at_us > until_us:
            break
        if write.at_us > since_us:
            most = max(most, len(opened))
        after = write["after"]
        if after is not None and after["user_id"] == user and after["status"] in OPEN:
            opened[write["id"]] = None
        else:
            opened.pop(write["id"], None)
    return max(most, len(opened))
