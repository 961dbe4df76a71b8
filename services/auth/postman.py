"""Posts the letters that are due.

That a letter is due stands in the user's document until it is posted or given up.  The token is
drawn when the letter is written: a crash means another letter with another token.
No letter waits for another: each has a task of its own, so long to be posted, and its own pause
before it is tried again.
"""

import asyncio
from typing import Final

from services.auth import domain
from services.auth.domain import User, UserId
from services.auth.repository import Unreadable, Users
from services.common.cancellation import cancellation_point, finish
from services.common.clock import Clock
from services.common.errors import Conflict
from services.common.ids import Ids
from services.common.mail import Letter, Mail, Undeliverable
from services.common.outages import passes
from services.common.telemetry import Telemetry
from services.common.wakeup import Wakeup

SWEEP_S: Final = 60.0
RETRY_S: Final = 1.0  # after the users could not be read, or where more are due than one batch
POSTING_S: Final = 30.0  # less than the first pause: nobody else begins meanwhile
MOST_AT_ONCE: Final = 8
BATCH: Final = 100
TOKEN_BYTES: Final = 32
PAGE: Final = "/api/users/reset-password"  # where the link leads: reset_page.py


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
        self._page = f"{url.rstrip('/')}{PAGE}"
        self._wakeup = Wakeup()
        self._hands = asyncio.Semaphore(MOST_AT_ONCE)
        self._in_hand: dict[UserId, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Say that a letter is due."""
        self._wakeup.wake()

    async def run(self) -> None:
        """Post for ever: when woken, and every `SWEEP_S` seconds."""
        try:
            while True:
                try:
                    pause_s = RETRY_S if await self._sweep() == BATCH else SWEEP_S
                    self._telemetry.round_done("postman")
                except Exception as error:
                    self._telemetry.round_failed("postman", error)
                    pause_s = RETRY_S
                await self._wakeup.wait(pause_s)
        finally:
            await finish(self._in_hand.values())

    async def measure(self) -> dict[str, float]:
        """Return how many letters are due."""
        return {"mails_due": await self._users.count_letters_due()}

    async def _sweep(self) -> int:
        """Begin with the letters that are due, a batch at most; return how many those are."""
        found = await self._users.letters_due(self._clock.now(), BATCH)
        for user in found:
            if isinstance(user, Unreadable):
                self._telemetry.failed("mail", user.error)
            else:
                with cancellation_point():  # nothing is begun once it is to end
                    await self._hands.acquire()
                self._take(user)
        return len(found)

    def _take(self, user: User) -> None:
        if user.id in self._in_hand:
            return self._hands.release()
        task = asyncio.create_task(self._try(user))
        self._in_hand[user.id] = task
        task.add_done_callback(lambda _: self._put_down(user.id))

    def _put_down(self, user: UserId) -> None:
        del self._in_hand[user]
        self._hands.release()

    async def _try(self, user: User) -> None:
        try:
            await self._post(user)
        except Conflict:  # asked for anew, or another process has it
            self._telemetry.conflict(user.id)
        except Exception as error:  # it stays due, and keeps no other letter waiting
            if passes(error):
                self._telemetry.outage("mail", error)
            else:
                self._telemetry.failed("mail", error)

    async def _post(self, user: User) -> None:
        token = domain.token_from(self._ids.secret(TOKEN_BYTES))
        prepared = domain.prepare_reset(user, token, self._clock.now())
        await self._users.commit(user, prepared)
        try:
            async with asyncio.timeout(POSTING_S):
                await self._mail.post(self._letter(user, token))
        except Undeliverable as never:
            await self._give_up(prepared, never.why, never.says)
        except Exception:  # whatever it is, that it has been tried so often is enough
            if domain.is_last_try(prepared):
                await self._give_up(prepared, "tries")
            raise
        else:
            await self._users.commit(prepared, domain.letter_posted(prepared))

    async def _give_up(self, user: User, why: str, says: str = "") -> None:
        await self._users.commit(user, domain.letter_given_up(user))
        self._telemetry.mail_given_up(user.id, why, says)

    def _letter(self, user: User, token: str) -> Letter:
        minutes = int(domain.RESET_LIFETIME.total_seconds() // 60)
        # The token is in the fragment, which no browser sends: it is in no log on the way.
        text = (
            "Somebody, you we hope, wants a new password for this address.\n\n"
            f"{self._page}#token={token}\n\n"
            'If the page asks for a token, it is what stands behind "token=" in the link.\n'
            f"The link works once, within {minutes} minutes. If it was not you, do nothing.\n"
        )
        return Letter(user.email, "Your new password", text)
