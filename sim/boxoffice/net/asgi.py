"""httpx's way to an ASGI app, for loops that are never trio's.

httpx asks for each request whether trio runs, and where `sniffio` is not installed, that is a
search through every folder that Python imports from: an eighth of a request in a small world.
"""

import asyncio
from types import FunctionType
from typing import Any, Final

import httpx

_USUAL: Final[Any] = httpx.ASGITransport.handle_async_request


class Transport(httpx.ASGITransport):
    """`httpx.ASGITransport`, word for word, with an event of asyncio's for the end of an answer."""

    handle_async_request = FunctionType(
        _USUAL.__code__,
        {**_USUAL.__globals__, "create_event": asyncio.Event},
        _USUAL.__name__,
        _USUAL.__defaults__,
        _USUAL.__closure__,
    )
