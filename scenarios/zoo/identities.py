"""One is taken for another."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from fastapi import Request

    from services.auth.repository import Users
    from services.common.session import Session, Sessions


def _known_by_its_beginning(sessions: "Sessions", request: "Request") -> "Session | None":
    from services.common.session import COOKIE

    known: dict[str, Session] = vars(sessions).setdefault("_known", {})
    key = request.cookies.get(COOKIE, "")[:64]  # random enough, and a quarter of the memory
    found = known.get(key)
    if found is None or found.exp <= sessions._clock.now().timestamp():
        found = sessions_mixed_up.real(sessions, request)
        if found is not None:
            known[key] = found
    return found


async def _addresses_looked_up(users: "Users") -> None:
    await users._documents.create_index("email")
    await users._documents.create_index("reset.token_hash", sparse=True)
    await users._documents.create_index("letter_due", sparse=True)
    await users._documents.create_index("password_hash")


sessions_mixed_up = Twin(
    name="sessions-mixed-up",
    defence="a session is remembered by its whole token",
    invariant="sessions-isolate",
    shows="two people are signed in, and each does something",
    target="services.common.session:Sessions.read",
    stand_in=_known_by_its_beginning,
)

one_address_twice = Twin(
    name="one-address-twice",
    defence="a unique index lets one user have an address",
    invariant="answered-alike",
    shows="two people sign up with one address in the same instant",
    target="services.auth.repository:Users.prepare",
    stand_in=_addresses_looked_up,
)
