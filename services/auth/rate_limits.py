"""How often somebody may try, and how soon.

    counted in a window                           at most      then
    wrong passwords from a device of the owner's  10           429
    wrong passwords of a stranger at one account  10           429
    wrong passwords of a stranger at all          a setting    429
    wrong passwords of all strangers at one       no limit     the answer comes later and later
    sign-ups of a client                          a setting    429
    letters asked for by a client                 a setting    429

A stranger is a client without a device of the owner's.  No number of them can lock an owner out:
at an account that is attacked all strangers wait, but each is heard, and the owner's own devices
are not even late.  An attempt counts before it is made, so guesses made all at once are counted
too; what is refused here counts nowhere, so that nobody waits longer than they were told.
Source: OWASP, Blocking Brute Force Attacks; NIST SP 800-63B-4, section 3.2.2
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.auth.counts import Count, Counts
from services.auth.domain import Email, User
from services.auth.visitors import Visitor
from services.common.clock import Clock
from services.common.errors import TooMany
from services.common.settings import Settings
from services.common.telemetry import Telemetry

WINDOW: Final = timedelta(minutes=15)
MOST_FAILURES: Final = 10  # of one device, or of one stranger at one account
FREE_FAILURES: Final = 10  # of all strangers at one account, before it gets slow
FIRST_DELAY_S: Final = 0.25
LONGEST_DELAY_S: Final = 8.0  # much less than a browser or a proxy waits


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many under a key, unless something is counted under another one.

    `name` is what an operator sees.
    """

    name: str
    key: str
    most: int
    unless: str = ""


class RateLimits:
    """Whoever may try has a key of each count that the attempt is part of."""

    def __init__(
        self, counts: Counts, clock: Clock, telemetry: Telemetry, settings: Settings
    ) -> None:
        self._counts = counts
        self._clock = clock
        self._telemetry = telemetry
        self._settings = settings

    async def signing_in(self, email: Email, user: User | None, visitor: Visitor) -> "Attempt":
        """Let somebody try a password, perhaps after a while.  Raises: TooMany."""
        device = visitor.device
        if device is not None and device.belongs_to(user):
            limit = Limit("limited-by-device", self._key("device", device.id), MOST_FAILURES)
            await self._enter(limit)
            return Attempt(self._counts, own=limit.key)
        # Of another epoch: a reset begins all counts of its account anew.
        account = (email, str(user.epoch if user else 0))
        own = self._key("account and client", *account, visitor.client)
        client = self._key("client", visitor.client)
        reset = self._key("reset", user.id if user else "")
        at_all = self._settings.sign_in_failures_per_client
        await self._enter(
            Limit("limited-by-account-and-client", own, MOST_FAILURES),
            Limit("limited-by-client", client, at_all, unless=reset),
        )
        try:
            everybodys = await self._counts.add(self._key("account", *account), self._clock.now())
        except Exception:  # a store is away: there is no attempt
            await Attempt(self._counts, own, (client,)).not_made()
            raise
        await self._wait(everybodys.number)
        return Attempt(self._counts, own, (client, everybodys.key))

    async def signing_up(self, visitor: Visitor) -> None:
        """Let a client sign somebody up.  Raises: TooMany."""
        key, most = self._key("sign-ups", visitor.client), self._settings.sign_ups_per_client
        await self._enter(Limit("limited-sign-ups", key, most))

    async def forgetting(self, visitor: Visitor) -> None:
        """Let a client ask for a letter.  Raises: TooMany."""
        key, most = self._key("letters", visitor.client), self._settings.letters_per_client
        await self._enter(Limit("limited-letters", key, most))

    async def reset(self, user: User) -> None:
        """Let whoever knows the new password in from any client, for a window."""
        key = self._key("reset", user.id)
        await self._counts.forget(key)  # a window begins with the first that is counted
        await self._counts.add(key, self._clock.now())

    async def _enter(self, *limits: Limit) -> None:
        now = self._clock.now()
        keys = [key for it in limits for key in (it.key, it.unless) if key]
        before = {count.key: count for count in await self._counts.of(keys, now)}
        holding = [it for it in limits if it.unless not in before]
        # Most refusals are told here, by one look, and a flood of them writes nothing.
        self._refuse([it for it in holding if _number(it, before) >= it.most], before, now)
        after: dict[str, Count] = {}
        try:
            for each in limits:
                after[each.key] = await self._counts.add(each.key, now)
            self._refuse([it for it in holding if _number(it, after) > it.most], after, now)
        except Exception:  # others were faster, or a store is away
            for key in after:
                await self._counts.take_back(key)
            raise

    def _refuse(self, full: Sequence[Limit], counts: Mapping[str, Count], now: datetime) -> None:
        for each in full:
            self._telemetry.security(each.name)
        if full:
            left_s = max(counts[each.key].left_s(now) for each in full)
            raise TooMany("Too many attempts; try again later", left_s)

    async def _wait(self, failures: int) -> None:
        delay_s = delay_after(failures)
        if delay_s:
            self._telemetry.security("sign-in-delayed")
            await asyncio.sleep(delay_s)

    def _key(self, *parts: str) -> str:
        return self._counts.key(*parts)


class Attempt:
    """One attempt to sign in, counted as a failure until it turns out to be none."""

    def __init__(self, counts: Counts, own: str, shared: Sequence[str] = ()) -> None:
        self._counts = counts
        self._own = own
        self._shared = shared

    async def succeeded(self) -> None:
        """Let one's own failures be forgotten; those of others stay."""
        await self._counts.forget(self._own)
        for key in self._shared:
            await self._counts.take_back(key)

    async def not_made(self) -> None:
        """Let it count nowhere."""
        for key in (self._own, *self._shared):
            await self._counts.take_back(key)


def _number(limit: Limit, counts: Mapping[str, Count]) -> int:
    return counts[limit.key].number if limit.key in counts else 0


def delay_after(failures: int) -> float:
    """Return for how many seconds strangers wait at an account with so many failures.

    >>> [delay_after(failures) for failures in (10, 11, 12, 15, 16, 17, 10_000)]
    [0.0, 0.25, 0.5, 4.0, 8.0, 8.0, 8.0]
    """
    over = min(failures - FREE_FAILURES, 16)
    return min(FIRST_DELAY_S * 2 ** (over - 1), LONGEST_DELAY_S) if over > 0 else 0.0
