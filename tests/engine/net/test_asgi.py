"""A request to an app, as httpx makes one, looks for no package on its way."""

import asyncio
import sys

import httpx
from starlette.responses import PlainTextResponse

from boxoffice.net.asgi import Transport


class Sought:
    """Remembers what was looked for."""

    def __init__(self):
        self.names = []

    def find_spec(self, name, path=None, target=None):
        self.names.append(name)


def asked(transport):
    """Return the answer that an app gives, and what was looked for meanwhile."""

    async def ask():
        async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
            return (await client.get("/")).text

    asyncio.run(ask())  # what is loaded once
    sys.meta_path.insert(0, sought := Sought())
    try:
        return asyncio.run(ask()), sought.names
    finally:
        sys.meta_path.remove(sought)


def test_a_request_looks_for_no_package():
    assert asked(Transport(PlainTextResponse("toy"))) == ("toy", [])


def test_httpx_by_itself_looks_for_one_each_time():
    assert asked(httpx.ASGITransport(PlainTextResponse("toy"))) == ("toy", ["sniffio"])
