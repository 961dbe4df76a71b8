"""Letters that wait for one another, or never come."""

from dataclasses import replace
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from datetime import datetime

    from services.auth.domain import User
    from services.auth.letter_requests import LetterRequest, LetterRequests
    from services.auth.postman import Postman


async def _one_after_another(self: "Postman") -> None:
    from services.auth import domain
    from services.auth.postman import SWEEP_S

    while True:
        for user in await self._users.letters_due(self._clock.now(), at_most=100):
            assert isinstance(user, domain.User)
            token = domain.token_from(self._ids.secret(32))
            prepared = domain.prepare_reset(user, token, self._clock.now())
            await self._users.commit(user, prepared)
            await self._mail.post(self._letter(user, token))
            await self._users.commit(prepared, domain.letter_posted(prepared))
        await self._wakeup.wait(SWEEP_S)


async def _noted_then_posted(self: "Postman", user: "User") -> None:
    from services.auth import domain

    token = domain.token_from(self._ids.secret(32))
    prepared = domain.prepare_reset(user, token, self._clock.now())
    noted = replace(domain.letter_posted(prepared), version=prepared.version)
    await self._users.commit(user, noted)
    await self._mail.post(self._letter(user, token))


async def _taken_off(self: "LetterRequests", now: "datetime") -> "LetterRequest | None":
    from services.auth.domain import Email
    from services.auth.letter_requests import LetterRequest

    found = await self._documents.find_one_and_update(
        {"due": {"$lte": now}}, {"$unset": {"due": ""}}, sort=[("due", 1)]
    )
    return None if found is None else LetterRequest(Email(found["_id"]), int(found["letters"]))


one_letter_at_a_time = Twin(
    name="one-letter-at-a-time",
    defence="each letter has a task and a time of its own",
    invariant="nothing-stuck",
    shows="the mail server is slow about one letter while another is due",
    target="services.auth.postman:Postman.run",
    stand_in=_one_after_another,
)

letter_noted_first = Twin(
    name="letter-noted-first",
    defence="a letter is due until the mail server has it",
    invariant="nothing-stuck",
    shows="the mail server refuses a letter, or auth dies before it is sent",
    target="services.auth.postman:Postman._post",
    stand_in=_noted_then_posted,
)

wish_taken_off = Twin(
    name="wish-taken-off",
    defence="a wish for a letter is open until its letter is due",
    invariant="letters-open-once",
    shows="auth dies, or loses its store, between taking a wish off and having its letter due",
    target="services.auth.letter_requests:LetterRequests.claim",
    stand_in=_taken_off,
)
