"""Devices: whoever has signed in from one is no stranger there, until the password is replaced."""

from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import USERS, Evidence
from scenarios.shop.checks.exchanges import Exchange, exchanges
from scenarios.shop.checks.undone import REPLICATED_US

SIGN_IN: Final = "POST /api/users/signin"
REMEMBERS: Final = (SIGN_IN, "POST /api/users/reset-password")  # a sign-up proves nothing


def attempts(evidence: Evidence) -> Iterator[tuple[Exchange, bool | None]]:
    """Yield each attempt to sign in, and whether its device was the account's, if that is known."""
    people, replaced = _accounts(evidence)
    seen: dict[str, list[Exchange]] = {}  # host → the answers with which it became somebody's
    for it in exchanges(evidence):
        if it.call == SIGN_IN and it.status:
            came = (one for one in reversed(seen.get(it.request.host, ())) if _is_before(one, it))
            user = people.get(str(it.asked.get("email")).strip().lower())
            yield it, _is_known(next(came, None), it, user, replaced)
        if it.call in REMEMBERS and it.status == 200:
            seen.setdefault(it.request.host, []).append(it)


def _accounts(evidence: Evidence) -> tuple[dict[str, str], dict[str, list[TraceEvent]]]:
    people: dict[str, str] = {}  # address → user
    replaced: dict[str, list[TraceEvent]] = {}  # user → by what the password was
    for write in evidence.writes(USERS):
        before, after = write["before"], write["after"]
        if after is not None:
            people[after["email"]] = write["id"]
            if before is not None and before["epoch"] != after["epoch"]:
                replaced.setdefault(write["id"], []).append(write)
    return people, replaced


def _is_before(one: Exchange, it: Exchange) -> bool:
    return one.response.number < it.request.number


def _is_known(
    came: Exchange | None, it: Exchange, user: str | None, replaced: dict[str, list[TraceEvent]]
) -> bool | None:
    if came is None or user is None or came.body["id"] != user:
        return False
    since = [
        write
        for write in replaced.get(user, ())
        if write.number > came.request.number and write.cause != came.request.number
    ]
    if not since:
        return True
    # Which password it was that opened, or would have, is told only by what was not meanwhile.
    first, last = since[0], since[-1]
    is_sure = first.number > came.response.number
    is_over = last.at_us + REPLICATED_US < it.request.at_us
    return False if is_sure and is_over else None
