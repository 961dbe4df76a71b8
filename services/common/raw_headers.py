"""The headers of a message that was read from the stream by its number."""

import base64

from nats.js.api import RawStreamMsg


def headers_of(message: RawStreamMsg) -> dict[str, str]:
    """Return them as they were sent."""
    # nats-py reads them as a mail's, which garbles whatever is not ASCII.
    lines = base64.b64decode(message.hdrs or b"").decode(errors="replace").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return {name: value.strip() for name, _, value in pairs}
