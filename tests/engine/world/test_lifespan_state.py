"""What a lifespan yields is there for each request, a copy for each, and anew in each life."""

from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from boxoffice import System


def greeter():
    @asynccontextmanager
    async def lifespan(app):
        yield {"greeting": "hello", "seen": []}

    async def greet(request):
        request.state.seen.append(1)
        known, request.state.known = hasattr(request.state, "known"), True
        return JSONResponse([request.state.greeting, len(request.state.seen), known])

    return Starlette(routes=[Route("/", greet)], lifespan=lifespan)


def test_a_request_has_what_the_lifespan_has_yielded():
    system = System("greeting")
    system.service("greeter", greeter, route="/")
    with system.world() as world:
        ann = world.client("Ann")
        asked = [world.do(ann.get("/")).json() for _ in range(2)]
        world.world.crash("greeter", down_s=1.0)
        world.passes(3)
        asked.append(world.do(ann.get("/")).json())
    # One state for a life; what a request binds is its own.
    assert asked == [["hello", 1, False], ["hello", 2, False], ["hello", 1, False]]
