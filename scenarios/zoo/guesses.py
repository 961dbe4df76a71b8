"""Attempts to sign in that are counted as what they were not."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.auth.rate_limits import Attempt


async def _stays_counted(self: "Attempt") -> None:
    await self._counts.forget(self._own)


success_counts = Twin(
    name="success-counts",
    defence="whoever has the right password has not guessed",
    invariant="guesses-are-counted",
    shows="somebody signs in again and again",
    target="services.auth.rate_limits:Attempt.succeeded",
    stand_in=_stays_counted,
)
