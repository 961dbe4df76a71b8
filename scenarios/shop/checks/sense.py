"""Sense: what can be said against a request before anybody looks at what it is about."""

import re
from typing import Final

from scenarios.shop.checks.exchanges import Exchange
from scenarios.shop.checks.prices import cents_of

PAY: Final = "POST /api/payments"
LEAST_CENTS, MOST_CENTS = 50, 99_999_999
_PLAIN: Final = re.compile(r"[\w ,.]{1,99}")


def makes_sense(it: Exchange) -> bool:
    """Tell whether nothing can be said against a request but whose it is, and what is so."""
    if it.request["method"] in ("GET", "DELETE"):
        return True
    if "headers" in it.request.fields:
        return False
    if it.call == PAY:
        return isinstance(it.asked.get("token"), str) and bool(_PLAIN.fullmatch(it.asked["token"]))
    title, cents = it.asked.get("title"), cents_of(it.asked.get("price"))
    sound = isinstance(title, str) and bool(_PLAIN.fullmatch(title.strip()))
    return sound and cents is not None and LEAST_CENTS <= cents <= MOST_CENTS
