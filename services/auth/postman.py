"""Posts the letters that are due.

That a letter is due is written in the user's document before anybody is told that it will come.
The token is drawn when the letter is written: a crash means another letter with another token.
"""

from typing import Final

from services.auth import domain
from services.auth.domain import User
from services.auth.repository import Users
from services.common.bell import Bell
from services.common.clock import Clock
from services.common.errors import Conflict
from services.common.ids import Ids
from services.common.mail import Letter, Mail
from services.common.outages import passes
from services.common.telemetry import Telemetry

SWEEP_S: Final = 60.0
RETRY_S: Final = 1.0  # after the users could not be read
TOKEN_BYTES: Final = 32


class Postman:
    """The loop that no letter is forgotten by."""

    def __init__(
        self, users: Users, mail: Mail, clock: Clock, ids: Ids, telemetry: Telemetry, url: str
    ) -> None:
        self._users = users
        self._mail = mail
        self._clock = clock
        self._ids = ids
        self._telemetry = telemetry
        self._url = url
        self._bell = Bell()

    def wake(self) -> None:
        """Say that a letter is due."""
        self._bell.ring()

    async def run(self) -> None:
        """Post for ever: when woken, and every `SWEEP_S` seconds."""
        while True:
            try:
                for user in await self._users.letters_due():
                    await self._try(user)
                self._telemetry.round_done("postman")
                pause_s = SWEEP_S
            except Exception as error:
                self._telemetry.round_failed("postman", error)
                pause_s = RETRY_S
            await self._bell.heard(pause_s)

    async def _try(self, user: User) -> None:
        try:
            await self._post(user)
        except Exception as error:
            if not (passes(error) or isinstance(error, Conflict)):
                raise
            self._telemetry.outage("mail", error)  # it stays due, and keeps no other waiting

    async def _post(self, user: User) -> None:
        token = domain.token_from(self._ids.secret(TOKEN_BYTES))
        prepared = domain.prepare_reset(user, token, self._clock.now())
        await self._users.commit(user, prepared)
        await self._mail.post(self._letter(user, token))
        await self._users.commit(prepared, domain.letter_posted(prepared))

    def _letter(self, user: User, token: str) -> Letter:
        minutes = int(domain.RESET_LIFETIME.total_seconds() // 60)
        text = (
            "Somebody, you we hope, wants a new password for this address.\n\n"
            f"{self._url}/auth/reset?token={token}\n\n"
            f"The link works once, within {minutes} minutes. If it was not you, do nothing.\n"
        )
        return Letter(user.email, "Your new password", text)
