"""nats-py's client, for which no word of the server's is the last.

On most errors that a server reports (a password that was changed, too many connections), nats-py
2.16 closes a client for good, whatever `max_reconnect_attempts` says.  But a server that has had
enough hangs up by itself, and then nats-py reconnects; one that has not goes on serving.

What is changed is not of nats-py's public interface; tests/integration/test_reconnect.py notices
if it goes.
"""

from nats.aio.client import Client
from nats.errors import Error


class SteadyNats(Client):
    """Tells `error_cb` what the server complains about, and stays."""

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
