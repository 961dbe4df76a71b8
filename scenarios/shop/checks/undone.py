"""Undone: what was read may have been taken back, or stands in the trace only a moment later."""

from typing import Final

from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.exchanges import Exchange

# A write is there at once for whoever reads, and in the trace when a majority has it.
# Source: `LOSES_S` of boxoffice/faults/failovers.py is a fifth of this.
REPLICATED_US: Final = 1_000_000


def is_undone(evidence: Evidence, store: str, it: Exchange) -> bool:
    """Tell whether what was read for an answer, or written before, may have been taken back."""
    host, until_us = f"{store.partition('.')[0]}-db", it.response.at_us + REPLICATED_US
    return any(
        over.host == host and over.at_us <= until_us for over in evidence.of_kind("failover")
    )
