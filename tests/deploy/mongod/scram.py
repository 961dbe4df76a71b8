"""SCRAM-SHA-256, the server's side.  Source: https://www.rfc-editor.org/rfc/rfc7677"""

import base64
import hashlib
import hmac
import secrets
from typing import Final

ROUNDS: Final = 4096


class Refused(Exception):
    """Whoever it is does not know the password."""


def name_in(payload: bytes) -> str:
    """Return whom a first message is from."""
    return _fields(_bare(payload))["n"].replace("=2C", ",").replace("=3D", "=")


class Conversation:
    """Begins with the client's first message, and ends with its second."""

    def __init__(self, payload: bytes, password: str) -> None:
        self._salt = secrets.token_bytes(28)
        self._client = _bare(payload)
        self._nonce = _fields(self._client)["r"] + secrets.token_urlsafe(18)
        self._password = password

    @property
    def first(self) -> bytes:
        """What the server says first."""
        return f"r={self._nonce},s={base64.b64encode(self._salt).decode()},i={ROUNDS}".encode()

    def last(self, payload: bytes) -> bytes:
        """Return what the server says to a good proof.  Raises: Refused."""
        without, _, proof = payload.decode().rpartition(",p=")
        password = self._password.encode()
        salted = hashlib.pbkdf2_hmac("sha256", password, self._salt, ROUNDS)
        message = f"{self._client},{self.first.decode()},{without}".encode()
        key = _mac(salted, b"Client Key")
        signature = _mac(hashlib.sha256(key).digest(), message)
        wanted = bytes(a ^ b for a, b in zip(key, signature, strict=True))
        if _fields(without).get("r") != self._nonce or not hmac.compare_digest(
            wanted, base64.b64decode(proof)
        ):
            raise Refused
        return b"v=" + base64.b64encode(_mac(_mac(salted, b"Server Key"), message))


def _bare(payload: bytes) -> str:
    return payload.decode().split(",", 2)[2]  # after what it says of channel binding


def _fields(message: str) -> dict[str, str]:
    return {it[0]: it[2:] for it in message.split(",")}


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, "sha256").digest()
