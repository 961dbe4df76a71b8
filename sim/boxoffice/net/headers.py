"""What a trace shows of the headers of a conversation: those that its outcome turns on."""

from typing import Any, Final

import httpx

# What is asked for only if nothing has changed, which state was answered, where a list goes on, and
# when to come again.
SHOWN: Final = ("If-Match", "If-None-Match", "ETag", "Link", "Retry-After")
_NAMES: Final = {name.lower().encode(): name for name in SHOWN}


def headers_of(headers: httpx.Headers) -> dict[str, Any]:
    """Return the field `headers` of a request or response in a trace; none, if it tells nothing.

    >>> headers_of(httpx.Headers({"ETag": '"3"', "Server": "x"})), headers_of(httpx.Headers())
    ({'headers': {'ETag': '"3"'}}, {})
    """
    # By the bytes, once: to ask `in` of each name is a hundred calls for each request.
    told = {_NAMES[name.lower()]: value for name, value in headers.raw if name.lower() in _NAMES}
    return (
        {"headers": {it: told[it].decode("latin-1") for it in SHOWN if it in told}} if told else {}
    )
