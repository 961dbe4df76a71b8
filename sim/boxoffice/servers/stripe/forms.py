"""Which parameters are spoken here, and what is wrong with a form."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from boxoffice.errors import NotSimulated
from boxoffice.servers.stripe.answers import Answer, invalid

Kind = str | tuple[str, ...]

# The parameters, and whether each is a number, a text, a table, a list, or one of some words.
CHARGE: Final[Mapping[str, Kind]] = {
    "amount": "integer",
    "currency": "string",
    "source": "string",
    "metadata": "hash",
}
CHARGE_ELSEWHERE: Final = (  # what Stripe has besides, which is not simulated
    *("application_fee_amount", "capture", "customer", "description", "destination", "expand"),
    *("on_behalf_of", "radar_options", "receipt_email", "shipping", "statement_descriptor"),
    *("statement_descriptor_suffix", "transfer_data", "transfer_group"),
)
REFUND: Final[Mapping[str, Kind]] = {
    "charge": "string",
    "payment_intent": "string",
    "amount": "integer",
    "reason": ("duplicate", "fraudulent", "requested_by_customer"),
    "metadata": "hash",
}
_BOOLEAN: Final = ("true", "false")
_ENTRY: Final = re.compile(r"metadata\[([^\]]+)\]")


def unfit(
    form: Mapping[str, str], known: Mapping[str, Kind], elsewhere: Collection[str] = ()
) -> Answer | None:
    """Return how a form is refused that names what is unknown or holds what does not fit.

    Raises: NotSimulated, for what only Stripe itself knows: it is among `elsewhere`.
    """
    for field, value in form.items():
        name, bracket, _ = field.partition("[")  # an entry of a table is metadata[parcel]
        if name not in known:
            if name in elsewhere:
                raise NotSimulated(f"Stripe's parameter {name}", "leave it out")
            return invalid(f"Received unknown parameter: {name}", code="parameter_unknown")
        if not _fits(value, known[name], is_entry=bool(bracket)):
            wanted = known[name]
            if isinstance(wanted, tuple):
                said = f"Invalid {name}: must be one of {', '.join(wanted)}"
            else:
                said = f"Invalid {wanted}: {value}"
            return invalid(said, param=name)
    return None


def lacks(form: Mapping[str, str], *names: str) -> Answer | None:
    """Return how a form is refused in which one of these is missing."""
    for name in names:
        if name not in form:
            message = f"Missing required param: {name}."
            return invalid(message, param=name, code="parameter_missing")
    return None


def metadata_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says under `metadata`.

    >>> metadata_of({"amount": "5", "metadata[parcel]": "p1"})
    {'parcel': 'p1'}
    """
    entries = ((_ENTRY.fullmatch(field), value) for field, value in form.items())
    return {entry[1]: value for entry, value in entries if entry}


def _fits(value: str, kind: Kind, *, is_entry: bool) -> bool:
    if kind == "integer" and not (value.isascii() and value.isdecimal()):
        return False
    if kind == "boolean":
        kind = _BOOLEAN
    if isinstance(kind, tuple) and value not in kind:
        return False
    return is_entry == (kind in ("hash", "array"))
