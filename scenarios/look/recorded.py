"""The services behind the shop's port; what people ask of them is seen, passwords are not."""

from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scenarios.look.bodies import LONGEST, parsed
from scenarios.look.people import People
from scenarios.look.sightings import Sighting, Sightings
from scenarios.shop.outside.announcements import trace_id
from scenarios.shop.redaction import redacted
from scenarios.shop.system import service_for

PATH: Final = 500  # letters of a path that are shown
LOOKS: Final = ("GET", "HEAD")


class Recorded:
    """Notes each request that may change something, and its answer.

    Looks are not noted: a page looks every few seconds, and they would be all there is to see.
    """

    def __init__(self, app: ASGIApp, seen: Sightings) -> None:
        self._app = app
        self._seen = seen
        self._people = People()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in LOOKS:
            return await self._app(scope, receive, send)
        exchange = _Exchange(scope, self._seen, self._people)
        heard, said = _Body(), _Body()

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                heard.add(message)
                if not message.get("more_body", False):
                    exchange.asked(heard.read())
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.begins(message["status"], Headers(raw=message["headers"]))
            elif message["type"] == "http.response.body":
                said.add(message)
                if not message.get("more_body", False):
                    exchange.answered(said.read())
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        finally:
            exchange.over()


class _Body:
    """The beginning of a body, as far as it may be shown."""

    def __init__(self) -> None:
        self._content = b""

    def add(self, message: Message) -> None:
        if len(self._content) <= LONGEST:
            self._content += message.get("body", b"")

    def read(self) -> Any:
        return redacted(parsed(self._content))


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, seen: Sightings, people: People) -> None:
        self._seen, self._people, self._scope = seen, people, scope
        self._request: Sighting | None = None
        self._begun: tuple[int, str] | None = None
        self._is_over = False

    def asked(self, body: Any) -> Sighting:
        method, path = self._scope["method"], self._scope["path"][:PATH]
        who = self._people.who(Headers(scope=self._scope), body)
        fields = {"method": method, "path": path, "to": service_for(path), "body": body}
        self._request = self._seen.note(who, "request", fields)
        return self._request

    def begins(self, status: int, headers: Headers) -> None:
        self._begun = status, trace_id(headers.get("traceresponse", ""))

    def answered(self, body: Any) -> None:
        if self._begun is not None:
            status, trace = self._begun
            self._end(trace, outcome="answered", status=status, body=body)

    def over(self) -> None:
        """No answer came, or half of one."""
        self._end("", outcome="unknown", why="no answer")

    def _end(self, trace: str, **fields: Any) -> None:
        if not self._is_over:
            self._is_over = True
            asked = self._request or self.asked(None)  # refused before its body was there
            self._seen.note(asked.host, "response", fields, trace, asked)
