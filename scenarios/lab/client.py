"""How people of the lab ask: a service's use cases over a link, with no HTTP in between.

Building five web applications takes longer than most stories.  The trace tells of a request and
its response all the same.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from boxoffice.net import INTERNET_S, Host, Link, LinkError, Lost, Refused
from boxoffice.trace import TraceEvent, caused_by
from scenarios.shop.world import World
from services.common.errors import Refusal
from services.common.http import STATUS
from services.common.outages import passes


class Request(NamedTuple):
    """What would have come over HTTP."""

    person: str
    service: str
    method: str
    path: str
    body: Any = None


UseCase = Callable[[Any], Awaitable[Any]]


class UseCaseClient:
    """Where people ask.  `under_way` counts what has not been answered."""

    def __init__(self, world: World) -> None:
        self.under_way = 0
        self._world = world
        self._links: dict[tuple[str, str], Link] = {}

    async def ask(self, request: Request, use: UseCase) -> Any:
        """Have a use case done; None if nobody can know whether it was.  Raises: Refusal."""
        person, service, method, path, body = request
        record = self._world.trace.record
        asked = record(person, "request", method=method, path=path, to=service, body=body)
        self.under_way += 1
        try:
            answer = await self._carried(request, use, asked)
        except Refusal as no:
            said = {"errors": [{"message": no.message}]}
            self._answered(person, asked, status=STATUS[type(no)], body=said)
            raise
        except LinkError as error:
            outcome = "unknown" if isinstance(error, Lost) else "refused"
            self._answered(person, asked, outcome=outcome, why=type(error).__name__)
            return None
        except Exception as error:
            if passes(error):  # a server that the service needs; the person is told to come again
                self._answered(person, asked, status=503, body=None)
                return None
            self._answered(person, asked, status=500, body=None)
            told = f"{person} asked for {method} {path} and met {type(error).__name__}"
            raise AssertionError(told) from None
        finally:
            self.under_way -= 1
        status = {"POST": 201, "DELETE": 204}.get(method, 200)
        self._answered(person, asked, status=status, body=_shown(answer))
        return answer or True

    async def _carried(self, request: Request, use: UseCase, asked: TraceEvent) -> Any:
        host = self._world.hosts[request.service]

        async def serve() -> Any:
            caused_by(asked)
            if host.app is None:
                raise Refused(request.service)
            state: Any = host.app.state  # type: ignore[attr-defined]
            return await use(getattr(state, request.service))

        link = self._link(request.person, host)
        return await link.call(request.method, request.path, serve)

    def _answered(self, person: str, asked: TraceEvent, **fields: Any) -> None:
        fields = {"outcome": "answered"} | fields
        self._world.trace.record(person, "response", asked.number, request=asked.number, **fields)

    def _link(self, person: str, host: Host) -> Link:
        if (person, host.name) not in self._links:
            home = self._world.people.setdefault(person, Host(person, self._world.loop))
            link = self._world.network.link(home.life, host, INTERNET_S, 30.0)
            self._links[person, host.name] = link
        return self._links[person, host.name]


def _shown(answer: Any) -> dict[str, Any] | None:
    if answer is None:
        return None
    shown = {"id": str(answer.id)} if hasattr(answer, "id") else {}
    if hasattr(answer, "version"):
        shown["version"] = answer.version
    return shown
