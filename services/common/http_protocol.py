"""HTTP as it comes over the wire: uvicorn's protocol, for senders who are slow, many or confused.

Whoever holds a connection without using it holds it from everybody else, so each part of a request
has its time, and there are only so many connections.  The body's own time-out is `middleware.py`'s;
here is the end of those whose body nobody waits for.
"""

import asyncio
from typing import Any, Final

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.common.http import problem

HEAD_S: Final = 10.0  # from the first byte of a request to the end of its headers
WHOLE_S: Final = 30.0  # for the rest of it
# Longer than a proxy keeps an idle connection: if the service is the first to close one, a request
# may be on its way.  Source: ingress-nginx, upstream-keepalive-timeout, 60 s.
KEEP_ALIVE_S: Final = 75
# A process may open 1,024 files where nobody has said otherwise, and needs some for its servers.
MOST_CONNECTIONS: Final = 800
SPARE_CONNECTIONS: Final = 100  # for those who are told that there are too many, and for probes
OPERATOR: Final = frozenset({"/livez", "/readyz", "/metrics"})
RETRY_AFTER_S: Final = 5
_CLOSE: Final = (b"connection", b"close")
_UNANSWERED: Final = (h11.IDLE, h11.SEND_RESPONSE)


class HttpProtocol(H11Protocol):
    """One connection.  `pace` is how many times as fast as the machine's its loop runs."""

    def __init__(self, *given: Any, pace: float = 1.0, **named: Any) -> None:
        super().__init__(*given, **named)
        self._pace = pace
        self._timer: asyncio.TimerHandle | None = None
        self._awaited: Any = None  # the state of the other side in which the timer was set

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS + SPARE_CONNECTIONS:
            return transport.abort()
        if len(self.connections) > MOST_CONNECTIONS:
            self.app = crowded(self.app)
        self._watch(h11.IDLE, HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        theirs = self.conn.their_state
        if theirs is h11.IDLE and not self.conn.trailing_data[0]:
            self._watch(h11.DONE, KEEP_ALIVE_S)  # the rest of a request that is long answered
        elif theirs in (h11.IDLE, h11.SEND_BODY):
            self._watch(theirs, HEAD_S if theirs is h11.IDLE else WHOLE_S)
        else:
            self._watch(None)

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, "This is not a valid HTTP request")

    def _should_upgrade(self) -> bool:
        return False  # and no warning for whoever asks

    def _watch(self, awaited: Any, within_s: float = 0.0) -> None:
        """Give the other side so long to get out of a state, once for each time it enters it."""
        if awaited is self._awaited and awaited is not h11.DONE:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._awaited = awaited
        self._timer = None
        if awaited is not None:
            self._timer = self.loop.call_later(within_s * self._pace, self._too_late)

    def _too_late(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            return self.transport.close()  # has never asked for anything: there is nobody to tell
        self._refuse(408, "The request took too long to arrive")

    def _refuse(self, status: int, message: str) -> None:
        if self.conn.our_state in _UNANSWERED:
            answer = problem(status, message)
            headers = [*self.server_state.default_headers, *answer.raw_headers, _CLOSE]
            whole = (
                h11.Response(status_code=status, headers=headers),
                h11.Data(data=bytes(answer.body)),
                h11.EndOfMessage(),
            )
            self.transport.write(b"".join(self.conn.send(part) or b"" for part in whole))
        if self.cycle is not None:  # whatever the app still says, nobody hears
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()


def crowded(app: ASGIApp) -> ASGIApp:
    """Turn people away, and let an operator's tools through."""

    async def turn_away(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in OPERATOR:
            return await app(scope, receive, send)
        sorry = problem(503, "There are too many connections; try again later")
        sorry.headers.update({"Retry-After": str(RETRY_AFTER_S), "Connection": "close"})
        await sorry(scope, receive, send)

    return turn_away
