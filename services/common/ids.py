"""Identifiers and secrets, as something that is handed in."""

import re
import secrets
from typing import Protocol

from bson import ObjectId

_OBJECT_ID = re.compile(r"[0-9a-f]{24}")


class Ids(Protocol):
    """Draws what nobody may guess or draw twice."""

    def object_id(self) -> str:
        """Return a new id: 24 hexadecimal digits, later ids sorting after earlier ones."""
        ...

    def secret(self, size: int) -> bytes:
        """Return `size` bytes that nobody can predict."""
        ...


class SystemIds:
    """Ids from the driver, secrets from the operating system."""

    def object_id(self) -> str:
        return str(ObjectId())

    def secret(self, size: int) -> bytes:
        return secrets.token_bytes(size)


def is_object_id(text: str) -> bool:
    """Tell whether `text` could be one of our ids.

    >>> is_object_id("65f0c0ffee0123456789abcd"), is_object_id("{'$ne': null}")
    (True, False)
    """
    return _OBJECT_ID.fullmatch(text) is not None
