"""How late the machine is while cases are played in real time: this process, or the server."""

from __future__ import annotations

import asyncio
from typing import Final

from nats.aio.client import Client

BEAT_S: Final = 0.05
# A fifth of the lateness that a delay may have, and half of the shortest pause of a case.
DISTURBED_S: Final = 0.05
PATIENCE_S: Final = 40.0


class Pulse:
    """Beats beside the cases; a beat takes a pause and an answer of the server."""

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._beats: list[tuple[float, float]] = []  # when each ended, and how late it was

    async def run(self) -> None:
        while True:
            await self.beat()

    async def beat(self) -> None:
        now = asyncio.get_running_loop().time
        due_s = now() + BEAT_S
        await asyncio.sleep(BEAT_S)
        await self._connection.flush(PATIENCE_S)  # type: ignore[arg-type]  # it takes floats
        self._beats.append((now(), now() - due_s))

    async def disturbed(self, since_s: float) -> bool:
        """Tell whether the machine was too late since a moment to say anything of a server."""
        await self.beat()  # what was late at the very end is not in any beat yet
        return max(late_s for ended_s, late_s in self._beats if ended_s >= since_s) > DISTURBED_S
