"""When something begins: at an event of the trace, or right after or before a driver's call."""

from typing import Any

from boxoffice.faults.amounts import names
from boxoffice.faults.schedule import When


def moment_of(on: str, after: str, before: str, when: dict[str, Any]) -> tuple[When, str]:
    """Return which occasions are meant, and the moment at a call: after, before, or "" for none.

    Raises: ValueError, for more than one of these, or for `of` beside a call.
    """
    names(on=on, after=after, before=before)
    said = [bool(it) for it in (on, after, before)]
    if sum(said) > 1 or ((after or before) and "of" in when):
        raise ValueError("say one of on, after and before, and of only with on")
    if after or before:
        return When(**when, of=after or before), "after" if after else "before"
    return When(**when), ""


def moment(
    host: str, on: str, after: str, before: str, when: dict[str, Any]
) -> tuple[When, str, str]:
    """Return which occasions are meant, and the kind of event or the moment at a call.

    Raises: ValueError, as `moment_of`.
    """
    names(host=host)
    meant, at_call = moment_of(on, after, before, when)
    return meant, "" if at_call else on or "write", at_call
