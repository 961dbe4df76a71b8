"""Headers: how nats-py puts them on the wire, and which of them tell a stream what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import nats.errors

from boxoffice.servers.jetstream import errors

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.config import Config

LARGEST_BYTES = 65_535
# nats-py before 2.16 sends such a name as it is, and has no error for it.
BadHeaderError: type[Exception] = getattr(nats.errors, "BadHeaderError", ValueError)
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NEWLINES = str.maketrans({"\r": " ", "\n": " "})
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)")
_UNITS_S = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
# What a stream only does where its configuration allows it, which the fake's cannot.
_SWITCHED_OFF = {
    "Nats-Incr": errors.counters_disabled,
    "Nats-Schedule": errors.schedules_disabled,
    "Nats-Batch-Id": errors.batches_disabled,
}


def as_sent(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Return what nats-py 2.16 makes of headers.

    Raises: nats.errors.BadHeaderError, UnicodeEncodeError.
    """
    sent = {}
    for name, value in (headers or {}).items():
        name = name.strip()
        if name and not _NAME.fullmatch(name):
            raise BadHeaderError(name)
        if name:
            sent[name] = value.strip().translate(_NEWLINES)
            sent[name].encode()
    return sent


def block(headers: Mapping[str, str]) -> bytes:
    """Return headers as they are on the wire."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    return f"NATS/1.0\r\n{''.join(lines)}\r\n".encode(errors="replace")


def check_sent(
    subject: str, payload: bytes, headers: Mapping[str, str] | None, most_bytes: int
) -> None:
    """Refuse what nats-py does not send.

    Raises: nats.errors.BadSubjectError, MaxPayloadError, BadHeaderError.
    """
    if not subject or any(letter.isspace() for letter in subject):
        raise nats.errors.BadSubjectError
    size = len(block(as_sent(headers))) if headers else 0
    if size + len(payload) > most_bytes:  # as our client does: nats-py forgets headers
        raise nats.errors.MaxPayloadError


def check_instructions(config: Config, headers: Mapping[str, str]) -> None:
    """Refuse what a stream so configured does not do.  Raises: ApiError.

    Names count as they are written: `nats-ttl` asks for nothing.
    """
    if len(block(headers)) > LARGEST_BYTES:
        raise errors.headers_too_large()
    for name, refused in _SWITCHED_OFF.items():
        if headers.get(name):
            raise refused()
    if ttl := headers.get("Nats-TTL"):
        raise errors.ttl_disabled() if _is_ttl(ttl) else errors.ttl_invalid()
    if headers.get("Nats-Rollup") and not config["allow_rollup_hdrs"]:
        raise errors.rollup_denied()


def _is_ttl(said: str) -> bool:
    # A second is the least, and a number without a unit is seconds.
    parts = _DURATION.findall(said)
    if parts and "".join(number + unit for number, unit in parts) == said:
        return sum(float(number) * _UNITS_S[unit] for number, unit in parts) >= 1.0
    return said.lower() == "never" or (said.isdecimal() and said != "0")
