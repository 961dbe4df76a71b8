"""A shop that somebody uses by hand: its world is held open from one deed to the next."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from boxoffice import Outcome
from boxoffice.clock import EPOCH
from boxoffice.search import Watched
from boxoffice.trace import Judgement
from scenarios.play.conditions import Conditions
from scenarios.shop.system import SHOP

if TYPE_CHECKING:
    import httpx

NAME = "your shop"
SUMMARY = "Tickets are listed, ordered and paid for, by hand."


class Storefront:
    """Requests go in as people's browsers send them; time passes while they are answered."""

    def __init__(self, conditions: Conditions) -> None:
        self._stack, self._judged = ExitStack(), list[Judgement]()
        held = SHOP.world(conditions.seed, conditions.made(), bug=conditions.twin())
        self._held = self._stack.enter_context(held)
        self._watched = Watched()  # what is done by hand cannot be played again to see its reads
        self._watched.listen(self._held.world)
        self._browsers: dict[str, httpx.AsyncClient] = {}

    def close(self) -> None:
        """End the world."""
        self._stack.close()

    def clock(self) -> dict[str, Any]:
        """Return what time it is there."""
        now_s = self._held.world.loop.time()
        return {"seconds": now_s, "now": (EPOCH + timedelta(seconds=now_s)).isoformat()}

    def send(self, requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send requests in one instant; return the answers, of which one may have got lost.

        `event` is the number of the event with which an answer came to an end.
        """

        async def together() -> list[dict[str, Any]]:
            return list(await asyncio.gather(*(self._answer(**it) for it in requests)))

        self._judged = []
        return self._held.do(together())

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self._judged = []
        self._held.passes(seconds)

    def judge(self) -> None:
        """Heal everything, let all come to rest, and judge what has happened."""
        self._judged = self._held.judge()

    def outcome(self) -> Outcome:
        """Return what has happened so far."""
        outcome = self._held.outcome(NAME, SUMMARY, self._judged)
        self._watched.remember(outcome.trace)
        return outcome

    async def _answer(
        self, person: str, method: str, path: str, body: Any = None, seen: str = ""
    ) -> dict[str, Any]:
        from httpx import TransportError

        if person not in self._browsers:
            self._browsers[person] = self._held.client(person)
        try:
            answer = await self._browsers[person].request(
                method, path, json=body, headers={"If-Match": seen} if seen else {}
            )
        except TransportError:
            return {"status": 0, "body": None, "etag": ""} | self._last()
        body = answer.json() if answer.content else None
        etag = answer.headers.get("ETag", "")
        return {"status": answer.status_code, "body": body, "etag": etag} | self._last()

    def _last(self) -> dict[str, int]:
        *_, last = self._held.world.trace.of_kind("response")
        return {"event": last.number}
