"""Refusals: nobody is answered 500, and whoever is refused is told why.

Save for whoever wants something written that a store takes from nobody, for what it says.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.exchanges import Exchange, exchanges
from scenarios.shop.checks.parking import OF_THE_DOCUMENT
from scenarios.shop.checks.words import moment

# What a server says of itself, its name and its number are for operators.
FOR_PEOPLE: Final = r"[A-Z][A-Za-z ,']*; try again( later)?"
# What stands before the shop says so in its own words, or in none.
IN_BETWEEN: Final = ({"detail": "refused"}, None)


def refusals_in_words(evidence: Evidence) -> Finding:
    """Take each answer: what is refused is refused for a reason, and that is told."""
    tested, breaches = False, list[Breach]()
    provoked = {
        it.cause for it in evidence.of_kind("answered") if it.get("says") in OF_THE_DOCUMENT
    }
    # What Stripe says of a card is for operators.
    hidden = {it.get("reason") for it in evidence.of_kind("log") if it.get("what") == "stripe"}
    for it in exchanges(evidence):
        status = it.response.get("status") or 0
        tested |= 400 <= status < 500
        breaches += _wrong(it, status, it.request.number in provoked, hidden)
    return Finding(tested, breaches)


def _wrong(
    it: Exchange, status: int, is_provoked: bool, hidden: Collection[str | None]
) -> Iterator[Breach]:
    body: Any = it.body
    at = moment(it.response.at_us)
    answered = f"{it.request.host} was answered {status} to {it.call} at {at}"
    if status == 500 and body != IN_BETWEEN[0] and not (is_provoked and _says_why(body)):
        yield Breach(answered, it.numbers)
    elif status >= 400 and body not in IN_BETWEEN and not _says_why(body):
        yield Breach(f"{answered}, and not told why: {str(body)[:80]}", it.numbers)
    elif it.status == 503 and it.request["path"].startswith("/api/"):
        said = body["errors"][0]["message"]
        if not re.fullmatch(FOR_PEOPLE, said):
            yield Breach(f"{answered}, in words that are not for people: {said[:80]}", it.numbers)
    elif it.status >= 400 and (said := body["errors"][0]["message"]) in hidden:
        yield Breach(f"{answered}, in Stripe's own words: {said[:80]}", it.numbers)


def _says_why(body: Any) -> bool:
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list) or not errors:
        return False
    return all(isinstance(it, dict) and isinstance(it.get("message"), str) for it in errors)
