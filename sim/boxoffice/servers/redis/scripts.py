"""The three scripts of redis-py's lock, done without Lua.

Where lupa is installed beside fakeredis, scripts are done as they are written, these too.
"""

from collections.abc import Callable
from hashlib import sha1
from typing import Any, Final

from fakeredis._commands import SUPPORTED_COMMANDS
from redis.asyncio.lock import Lock
from redis.exceptions import NoScriptError

from boxoffice.errors import NotSimulated
from boxoffice.servers.redis.socket import Fields, Socket

LUA: Final = "evalsha" in SUPPORTED_COMMANDS
COMMANDS: Final = frozenset({"EVALSHA", "SCRIPT LOAD", "SCRIPT EXISTS", "SCRIPT FLUSH"})

Do = Callable[..., Any]


def _release(do: Do, key: bytes, token: bytes) -> int:
    if do(b"GET", key) != token:
        return 0
    do(b"DEL", key)
    return 1


def _extend(do: Do, key: bytes, token: bytes, more_ms: bytes, replaces: bytes) -> int:
    left_ms = do(b"PTTL", key)
    if do(b"GET", key) != token or left_ms < 0:
        return 0
    ends_ms = int(more_ms) + (left_ms if replaces == b"0" else 0)
    do(b"PEXPIRE", key, str(ends_ms).encode())
    return 1


def _reacquire(do: Do, key: bytes, token: bytes, ends_ms: bytes) -> int:
    if do(b"GET", key) != token:
        return 0
    do(b"PEXPIRE", key, ends_ms)
    return 1


def _sha(script: bytes) -> bytes:
    return sha1(script).hexdigest().encode()


_KNOWN: Final[dict[bytes, Callable[..., int]]] = {
    _sha(Lock.LUA_RELEASE_SCRIPT.encode()): _release,
    _sha(Lock.LUA_EXTEND_SCRIPT.encode()): _extend,
    _sha(Lock.LUA_REACQUIRE_SCRIPT.encode()): _reacquire,
}


class Scripts:
    """The scripts that a server has been given."""

    def __init__(self) -> None:
        self._loaded: dict[bytes, None] = {}

    def answer(self, socket: Socket, name: str, fields: Fields) -> Any:
        """Do a command of `COMMANDS`.  Raises: NotSimulated for any script but a lock's."""
        if name == "EVALSHA":
            return self._run(socket, fields[1], fields[3:])
        if name == "SCRIPT LOAD":
            return self._load(fields[2])
        if name == "SCRIPT EXISTS":
            return [int(sha in self._loaded) for sha in fields[2:]]
        self._loaded.clear()
        return b"OK"

    def _load(self, script: bytes) -> bytes:
        sha = _sha(script)
        if sha not in _KNOWN:
            raise NotSimulated("redis SCRIPT LOAD", "install lupa beside fakeredis, for Lua")
        self._loaded[sha] = None
        return sha

    def _run(self, socket: Socket, sha: bytes, keys_and_args: Fields) -> Any:
        if sha not in self._loaded:
            return NoScriptError("No matching script. Please use EVAL.")
        return _KNOWN[sha](lambda *fields: socket.ask(list(fields))[0], *keys_and_args)
