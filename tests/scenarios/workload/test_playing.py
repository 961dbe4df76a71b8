"""Who does what in a storm, to its end, whatever somebody finds."""

import asyncio
from types import SimpleNamespace

import httpx
from pytest import raises

from boxoffice import Deed
from scenarios.answers import Surprise
from scenarios.workload.playing import play
from tests.scenarios.workload.replies import replied

DEEDS = (
    Deed("Sue", "lists", {"seat": "A", "price": 20.0}),
    Deed("Sue", "lists", {"seat": "B", "price": 20.0}),
    Deed("Ben", "orders", {"seat": "B"}),
)


def test_nobody_waits_for_what_is_not_listed_any_more():
    def answer(request):
        status = 201 if request.url.path.startswith("/api/users") else 400
        body = {"id": "u", "errors": [{"message": "No"}]}
        return replied(status, body, path=request.url.path, method=request.method)

    async def does():
        def person(name, role):
            transport = httpx.MockTransport(answer)
            browser = httpx.AsyncClient(transport=transport, base_url="http://s.test")
            return people.setdefault(name, role(name, browser))

        people = {}
        async with asyncio.timeout(5.0):
            await play(SimpleNamespace(person=person, deeds=DEEDS))

    with raises(Surprise, match="POST /api/tickets: 400"):
        asyncio.run(does())
