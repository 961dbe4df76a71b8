"""Turned away: whoever is let in by a service that is told to end is answered."""

from collections.abc import Iterator
from typing import Final

from boxoffice.world import Breach
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.exchanges import exchanges
from scenarios.shop.checks.words import moment

ENDS: Final = "The service ends before this is done"  # as `connection_draining.py` says it
IN_HAND_US: Final = 5_000_000  # less than a service that ends gives those whom it has let in


def turned_away(evidence: Evidence) -> Iterator[Breach]:
    """Yield who was told that there is no time, and had not been given any."""
    for it in exchanges(evidence):
        took_us = it.response.at_us - it.request.at_us
        if it.status == 503 and ENDS in it.said and took_us < IN_HAND_US:
            host, at = it.request["to"], moment(it.response.at_us)
            said = f"{host}: {it.request.host} was answered {it.said} at {at}"
            yield Breach(f"{said}, after {took_us / 1e6:.1f} s", it.numbers)
