"""Open orders: nobody has more than they may, and who is refused another has as many as told."""

import re
from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import Final

from boxoffice.world import Breach
from scenarios.shop.checks.evidence import ORDERS, Evidence
from scenarios.shop.checks.exchanges import Exchange, exchanges, skew_s
from scenarios.shop.checks.undone import REPLICATED_US
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of

PLACE: Final = "POST /api/orders"
TOLD: Final = re.compile(r"You have ([0-9]+) open orders")
ROUNDED_S: Final = 1.1  # for a whole second that has begun
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


def told_to_wait_too_long(evidence: Evidence) -> Iterator[Breach]:
    """Yield who is to come again when a first open order of theirs has been over for a while."""
    slack_s = ROUNDED_S + 2.0 * skew_s(evidence)
    for it in exchanges(evidence):
        wait_s = it.header("Retry-After") if it.call == PLACE and it.status == 429 else None
        if wait_s is None or not TOLD.search(it.said):
            continue
        ends_s = _first_end_s(evidence, it)
        # Of one that is over, and not ended yet, nobody knows when that is.
        left_s = max(0.0, ends_s - it.request.at_us / 1e6)
        if int(wait_s) > left_s + slack_s:
            said = f"{it.request.host} was told at {moment(it.response.at_us)} to wait {wait_s} s"
            yield Breach(
                f"{said}, and an open order ends at {moment(round(ends_s * 1e6))}", it.numbers
            )


def _first_end_s(evidence: Evidence, it: Exchange) -> float:
    """Return when the first order ends that somebody had open all the while they asked."""
    ends_s: dict[str, float] = {}
    for write in evidence.writes(ORDERS):
        if write.at_us > it.response.at_us:
            break
        after = write["after"]
        if after is None or after["user_id"] != it.user or after["status"] not in OPEN:
            ends_s.pop(write["id"], None)
        elif write.at_us < it.request.at_us:
            ends_s[write["id"]] = seconds_of(after["expires_at"])
    return min(ends_s.values(), default=inf)
