"""What a trace shows of the headers of a conversation: those that its outcome turns on."""

from collections.abc import Mapping
from typing import Any, Final

# What is asked for only if nothing has changed, which state was answered, and where a list goes on.
SHOWN: Final = ("If-Match", "If-None-Match", "ETag", "Link")


def headers_of(headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the field `headers` of a request or response in a trace; none, if it tells nothing.

    >>> headers_of({"ETag": '"3"', "Server": "x"}), headers_of({})
    ({'headers': {'ETag': '"3"'}}, {})
    """
    found = {name: headers[name] for name in SHOWN if name in headers}
    return {"headers": found} if found else {}
