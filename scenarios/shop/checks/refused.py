"""What is refused changes nothing: whoever is told no finds everything as it was."""

from collections.abc import Iterator
from typing import Final

from boxoffice.world import Breach
from scenarios.shop.checks.evidence import ORDERS, TICKETS, USERS, WISHES, Evidence, store_of
from scenarios.shop.checks.exchanges import exchanges
from scenarios.shop.checks.words import moment, short

NOUNS: Final = {
    TICKETS: "ticket",
    ORDERS: "order",
    USERS: "user",
    WISHES: "the wish for a letter of",
}


def changed_though_refused(evidence: Evidence) -> Iterator[Breach]:
    """Take each request that was refused, and whose own calls were all answered."""
    # Of what was not heard somebody may find later that it was done, and take it for another's.
    unsure = {it.cause for it in evidence.of_kind("lost", "answered")}
    changed = {
        write.cause: write
        for write in evidence.writes(*NOUNS)
        if write.cause is not None and write.cause not in unsure
    }
    if not changed:
        return
    for it in exchanges(evidence):
        write = changed.get(it.request.number)
        if write is not None and 400 <= it.status < 500:
            named = f"{NOUNS[store_of(write)]} {short(str(write['id']))}"
            answered = f"{it.request.host} was answered {it.status} to {it.call}"
            said = f"{answered} at {moment(it.response.at_us)}, and {named} was changed"
            yield Breach(said, [it.request.number, write.number, it.response.number])
