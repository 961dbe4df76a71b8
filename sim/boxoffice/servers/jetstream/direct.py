"""Direct reads: a message with its position in headers, on streams that allow it."""

from __future__ import annotations

from typing import Any

from boxoffice.servers.jetstream import errors
from boxoffice.servers.jetstream.api import PREFIX, find_message
from boxoffice.servers.jetstream.server import JetStreamServer
from boxoffice.servers.jetstream.stream import StoredMessage
from boxoffice.servers.jetstream.views import iso

DIRECT = f"{PREFIX}DIRECT.GET."


def read(
    server: JetStreamServer, subject: str, request: dict[str, Any]
) -> tuple[dict[str, str], bytes] | None:
    """Answer a direct read with headers and data; None where no stream allows it."""
    name, _, last_on = subject.removeprefix(DIRECT).partition(".")
    stream = server.streams.get(name)
    if stream is None or not stream.config["allow_direct"]:
        return None
    try:
        message = find_message(stream, {"last_by_subj": last_on} if last_on else request)
    except errors.ApiError as refused:
        return {"Status": str(refused.code), "Description": refused.description}, b""
    return _position(name, message) | dict(message.headers), message.data


def _position(stream: str, message: StoredMessage) -> dict[str, str]:
    return {
        "Nats-Stream": stream,
        "Nats-Subject": message.subject,
        "Nats-Sequence": str(message.seq),
        "Nats-Time-Stamp": iso(message.time_s),
    }
