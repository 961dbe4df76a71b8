"""All that is looked at of one shop on this machine."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from boxoffice.real import Delivery, tampered
from scenarios.look.files import file_at
from scenarios.look.guard import Guard
from scenarios.look.live import BELOW, SAFE, Live
from scenarios.look.recorded import LOOKS, Recorded
from scenarios.look.sightings import Sightings
from scenarios.look.stream import followed
from scenarios.look.switch import Switch
from scenarios.shop.real.looker import Looker, Place
from services.common.clock import SystemClock, iso
from services.common.mail import Letter
from services.common.messaging import STREAM
from services.common.middleware import Heads

CLOCK: Final = "/clock"
DECIDED: Final = ("type", "subject", "version", "decision", "attempt")


class Look(Looker):
    """It begins when it is made; `token` is known once the shop is open."""

    token = ""

    def __init__(self) -> None:
        machine = SystemClock()
        self._seen = Sightings(lambda: round(machine.now().timestamp() * 1_000_000))
        self._switch = Switch(asyncio.get_running_loop().time, [])
        self._is_linked = False
        self._live: Live | None = None

    @asynccontextmanager
    async def linked(self, nats_url: str, speed: float) -> AsyncIterator[str]:
        """Put a link that can tamper between the services and the broker."""
        self._is_linked = True
        self._switch = Switch(asyncio.get_running_loop().time)
        delays = self._switch.delivery_delays
        async with tampered(nats_url, STREAM, delays, self._delivered, pace=speed) as link:
            yield link.url

    def heard(self, service: str, said: Mapping[str, Any]) -> None:
        """Hear what a service has decided about a message."""
        if said.get("event") == "decided":
            fields = {name: said.get(name) for name in DECIDED} | {"seq": said.get("delivery")}
            if not self._is_linked:  # then nothing else tells that it was delivered
                where = {"consumer": service, "subject": said.get("type")}
                came = {name: fields[name] for name in ("seq", "attempt")}
                self._seen.note("nats", "delivered", where | came)
            self._seen.note(service, "decided", fields, str(said.get("trace") or ""))

    def posted(self, letter: Letter) -> None:
        """Hear of a letter, which who has the page's token may read."""
        if self._live is not None:
            self._live.letters.append(letter)
        self._seen.note("mail", "mail", {"to": letter.to, "subject": letter.subject})

    @asynccontextmanager
    async def before(self, door: ASGIApp, place: Place) -> AsyncIterator[ASGIApp]:
        """Answer for the page, and note what the services are asked."""
        guard = Guard(place.port)
        async with followed(place.nats_url, place.speed) as stream:
            self._live = Live(guard, self._seen, stream, self._switch, place.speed)
            self.token = guard.token
            yield Front(Recorded(door, self._seen), self._live, place)

    def let_go(self) -> None:
        """End all news."""
        if self._live is not None:
            self._live.end()

    def _delivered(self, it: Delivery) -> None:
        where = {"consumer": it.consumer, "seq": it.sequence}
        fields = {**where, "subject": it.subject, "attempt": it.attempt}
        self._seen.note("nats", "delivered", fields)


class Front:
    """An ASGI app: the page and what it asks for, and the services for all else."""

    def __init__(self, services: ASGIApp, live: Live, place: Place) -> None:
        self._services = services
        self._live = live
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope)(scope, receive, send)

    def _app(self, scope: Scope) -> ASGIApp:
        path: str = scope["path"]
        if path.startswith(BELOW):
            return self._live
        if scope["method"] not in LOOKS:
            return self._services
        if path == CLOCK:
            now, speed = iso(self._place.clock.now()), self._place.speed
            return Heads(JSONResponse({"now": now, "speed": speed}, headers=SAFE))
        file = file_at(path)
        return self._services if file is None else Heads(file)
