"""Which parameters are spoken here, and what is wrong with a form."""

import re
from collections.abc import Mapping
from typing import Final

from boxoffice.servers.stripe.answers import Answer, invalid

# The parameters, and whether each is a number, a text or a table.
CHARGE: Final = {"amount": "integer", "currency": "string", "source": "string", "metadata": "hash"}
REFUND: Final = {"charge": "string", "metadata": "hash"}
_ENTRY: Final = re.compile(r"metadata\[([^\]]+)\]")


def unfit(form: Mapping[str, str], known: Mapping[str, str]) -> Answer | None:
    """Return how a form is refused that names what is unknown or holds what does not fit."""
    for field, value in form.items():
        name, bracket, _ = field.partition("[")  # an entry of a table is metadata[parcel]
        if name not in known:
            return invalid(f"Received unknown parameter: {name}", code="parameter_unknown")
        if not _fits(value, known[name], is_entry=bool(bracket)):
            return invalid(f"Invalid {known[name]}: {value}", param=name)
    return None


def metadata_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says under `metadata`.

    >>> metadata_of({"amount": "5", "metadata[parcel]": "p1"})
    {'parcel': 'p1'}
    """
    entries = ((_ENTRY.fullmatch(field), value) for field, value in form.items())
    return {entry[1]: value for entry, value in entries if entry}


def _fits(value: str, kind: str, *, is_entry: bool) -> bool:
    if kind == "integer" and not (value.isascii() and value.isdecimal()):
        return False
    return is_entry == (kind == "hash")
