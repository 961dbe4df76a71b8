"""nats-py's client, for which no word of the server's is the last, and no message too much.

On most errors that a server reports (a password that was changed, too many connections), nats-py
2.16 closes a client for good, whatever `max_reconnect_attempts` says.  But a server that has had
enough hangs up by itself, and then nats-py reconnects; one that has not goes on serving.

It also takes a stored message that has a header `Status` for a word of the server's, which ends the
whole fetch, and does not count headers when it looks whether a message is too large, for which the
server hangs up.  What the server takes, it says only as somebody connects (nats-server 2.15): who
met a limit that was too low would keep to it for ever.  How it waits for messages, steady_fetch.py
mends.

What is changed is not of nats-py's public interface; tests/integration/test_reconnect.py notices
if it goes.
"""

import asyncio
from math import inf
from typing import Any, Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, MaxPayloadError

from services.common.letters import size_bytes
from services.common.steady_fetch import SteadyJetStream

ASK_ANEW_S: Final = 30.0  # so that one message that is too large ends few connections
_STORED: Final = b"$JS.ACK."  # where a message is acknowledged that comes from a stream


class SteadyNats(Client):
    """Tells `error_cb` what the server complains about, and stays."""

    _asked_s = -inf  # when what the server takes was asked again

    def jetstream(self, **options: Any) -> SteadyJetStream:
        """Return a context whose fetches hear the server's heartbeats."""
        return SteadyJetStream(self, **options)

    async def _process_err(self, err_msg: str) -> None:
        self._err = Error(f"nats: {err_msg}")
        await self._error_cb(self._err)

    async def _process_connect_init(self) -> None:
        try:
            await super()._process_connect_init()
        except Exception:
            if self._transport is not None:  # or every refusal would leave a socket behind
                self._transport.close()  # type: ignore[no-untyped-call]
            raise

    async def publish(
        self,
        subject: str,
        payload: bytes = b"",
        reply: str = "",
        headers: dict[str, Any] | None = None,
    ) -> None:
        """Publish, unless the server would hang up for it.  Raises: nats.errors.Error."""
        size = len(payload) + (size_bytes(headers) if headers else 0)
        if size > self.max_payload and self.is_connected:
            await self._ask_anew()
            raise MaxPayloadError
        await super().publish(subject, payload, reply, headers)

    async def _ask_anew(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._asked_s >= ASK_ANEW_S:
            self._asked_s = now_s
            await self.force_reconnect()

    async def _process_headers(self, headers: bytes) -> dict[str, str] | None:
        try:
            return await super()._process_headers(headers)
        except Exception as garbled:  # it would end the connection
            await self._error_cb(garbled)
            return None

    def _build_message(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: dict[str, str] | None
    ) -> Msg:
        if headers and reply.startswith(_STORED):
            headers.pop("Status", None)
        message: Msg = super()._build_message(sid, subject, reply, data, headers)
        return message
