"""Attempts to sign in that are counted as what they were not."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.auth.rate_limits import Attempt


async def _stays_counted(self: "Attempt") -> None:
    await self._counts.forget(self._own)


async def _all_is_forgotten(self: "Attempt") -> None:
    for key in (self._own, *self._shared):
        await self._counts.forget(key)


success_counts = Twin(
    name="success-counts",
    defence="whoever has the right password has not guessed",
    invariant="guesses-are-counted",
    shows="somebody signs in again and again",
    target="services.auth.rate_limits:Attempt.succeeded",
    stand_in=_stays_counted,
)

all_is_forgotten = Twin(
    name="all-is-forgotten",
    defence="whoever has the right password makes their own guesses forgotten, and no others",
    invariant="guesses-are-counted",
    shows="somebody signs in from a device that is new",
    target="services.auth.rate_limits:Attempt.succeeded",
    stand_in=_all_is_forgotten,
)
