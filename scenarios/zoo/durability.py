"""Stores that answer for themselves alone."""

from typing import Any

from boxoffice import Twin


def _as_it_was_handed(database: Any) -> Any:
    return database


no_majority = Twin(
    name="no-majority",
    defence="a write is answered, and read by others, once a majority of its servers has it",
    invariant="replicas-converge",
    shows="a database fails over to a server that has not the last writes",
    target="services.common.durable:durable",
    stand_in=_as_it_was_handed,
    tier="hard",
)
