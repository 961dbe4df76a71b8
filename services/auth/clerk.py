"""Sees to the letters that were asked for: whose address it is, if anybody's, and that one is due.

The request is answered before, so that nothing about its answer depends on whose address it was.
"""

from collections.abc import Callable
from typing import Final

from services.auth import domain
from services.auth.letter_requests import LetterRequest, LetterRequests
from services.auth.repository import Users
from services.common.clock import Clock
from services.common.errors import Conflict
from services.common.outages import passes
from services.common.telemetry import Telemetry
from services.common.wakeup import Wakeup

SWEEP_S: Final = 60.0  # for what another process was asked, and died
RETRY_S: Final = 5.0


class Clerk:
    """The loop that no wish is forgotten by."""

    def __init__(
        self,
        letter_requests: LetterRequests,
        users: Users,
        clock: Clock,
        telemetry: Telemetry,
        letter_due: Callable[[], None],
    ) -> None:
        self._letter_requests = letter_requests
        self._users = users
        self._clock = clock
        self._telemetry = telemetry
        self._letter_due = letter_due
        self._wakeup = Wakeup()

    def wake(self) -> None:
        """Say that something was asked for."""
        self._wakeup.wake()

    async def run(self) -> None:
        """Grant for ever: when woken, when a wish is due, and every `SWEEP_S` seconds."""
        expected = True
        while True:
            try:
                while expected and (wish := await self._claimed()):
                    await self._see_to(wish)
                wait_s = await self._until_next_s()
                self._telemetry.round_done("clerk")
            except Exception as error:
                self._telemetry.round_failed("clerk", error)
                wait_s = RETRY_S
            # Nobody called and nothing was known to be due: then to look is enough.
            expected = await self._wakeup.wait(wait_s) or wait_s < SWEEP_S

    async def _claimed(self) -> LetterRequest | None:
        return await self._letter_requests.claim(self._clock.now())

    async def _see_to(self, wish: LetterRequest) -> None:
        try:
            await self._grant(wish)
        except Exception as error:
            if passes(error):
                raise
            self._telemetry.failed("clerk", error)  # it stays open, and keeps no other waiting

    async def _grant(self, wish: LetterRequest) -> None:
        while (user := await self._users.with_email(wish.email)) is not None:
            try:
                await self._users.commit(user, domain.ask_for_letter(user))
            except Conflict:
                continue
            self._letter_due()
            break
        await self._letter_requests.granted(wish, self._clock.now())

    async def _until_next_s(self) -> float:
        due = await self._letter_requests.next_due()
        if due is None:
            return SWEEP_S
        return min(SWEEP_S, max(0.0, (due - self._clock.now()).total_seconds()))
