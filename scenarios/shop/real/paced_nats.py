"""nats-py's client for a shop whose clock is not the broker's.

A shop that runs sixty times as fast must ask the broker, whose seconds are real, for a sixtieth
of every wait.  Answers take as long as the machine needs, so waiting for them is not shortened.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from nats.aio.msg import Msg

from services.common.steady_nats import SteadyNats

PULL: Final = "$JS.API.CONSUMER.MSG.NEXT."
MAKE: Final = ("$JS.API.CONSUMER.CREATE.", "$JS.API.CONSUMER.DURABLE.CREATE.")
ANSWER: Final = "$JS.ACK."
NAK: Final = Msg.Ack.Nak + b" "
CONNECT_S: Final = 5.0
PING_S: Final = 20.0
RECONNECT_S: Final = 1.0
_WAITS: Final = ("expires", "idle_heartbeat", "delay", "ack_wait", "inactive_threshold")


class PacedNats(SteadyNats):
    """A connection whose durations, on their way to the broker, are divided by `speed`.

    `tell` is called with what went wrong on the connection.
    """

    def __init__(self, speed: float = 1.0) -> None:
        super().__init__()
        self.tell: Callable[[Exception], object] = lambda error: None
        self._speed = speed

    async def open(self, url: str) -> None:
        """Connect, and stay connected through every restart of the broker.

        Raises: nats.errors.Error, OSError, if nobody answers in `CONNECT_S` seconds.
        """
        async with asyncio.timeout(CONNECT_S * self._speed):
            await self.connect(
                url,
                connect_timeout=round(CONNECT_S * self._speed),
                ping_interval=round(PING_S * self._speed),
                reconnect_time_wait=round(RECONNECT_S * self._speed),
                max_reconnect_attempts=-1,
                error_cb=self._hear,
            )

    async def close(self) -> None:
        """Disconnect; a broker that is gone needs no farewell."""
        with suppress(OSError):
            await super().close()

    async def _hear(self, error: Exception) -> None:
        self.tell(error)

    async def publish(
        self,
        subject: str,
        payload: bytes = b"",
        reply: str = "",
        headers: dict[str, Any] | None = None,
    ) -> None:
        """Publish; a pull's and a refusal's waits become the broker's."""
        if subject.startswith(PULL):
            payload = self._shortened(payload)
        elif subject.startswith(ANSWER) and payload.startswith(NAK):
            payload = NAK + self._shortened(payload.removeprefix(NAK))
        await super().publish(subject, payload, reply, headers)

    async def request(
        self,
        subject: str,
        payload: bytes = b"",
        timeout: float = 0.5,
        old_style: bool = False,
        headers: dict[str, Any] | None = None,
    ) -> Msg:
        """Ask, and wait for `timeout` real seconds.  Raises: nats.errors.Error."""
        if subject.startswith(MAKE):
            payload = self._shortened(payload)
        return await super().request(subject, payload, timeout * self._speed, old_style, headers)

    def _shortened(self, payload: bytes) -> bytes:
        asked = json.loads(payload)
        return json.dumps(self._with_short_waits(asked)).encode()

    def _with_short_waits(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._short(name, value) for name, value in asked.items()}

    def _short(self, name: str, value: Any) -> Any:
        if name == "config":
            return self._with_short_waits(value)
        if name in _WAITS and value:
            return max(1, round(value / self._speed))
        return value
