"""What redis-py sends and the fake does not understand, each with what to do instead."""

from typing import Any, Final

import redis.asyncio
from fakeredis._commands import SUPPORTED_COMMANDS

from boxoffice.errors import NotSimulated
from boxoffice.servers.redis.scripts import COMMANDS as SCRIPTING

_CONNECTION: Final = "a command of its own has no connection of its own; "
_LUA: Final = (
    "install lupa beside fakeredis, or say it without Lua: a pipeline that watches is atomic too"
)
_OTHERWISE: Final = "put it behind a function of your own, or test it on a real server"
_INSTEAD: Final = {
    "DISCARD": _CONNECTION + "use client.pipeline()",
    "EVAL": _LUA,
    "EVAL_RO": _LUA,
    "EVALSHA_RO": _LUA,
    "EXEC": _CONNECTION + "use client.pipeline()",
    "MONITOR": "the trace of a run has every call",
    "MULTI": _CONNECTION + "use client.pipeline()",
    "PSUBSCRIBE": _CONNECTION + "use client.pubsub()",
    "SELECT": _CONNECTION + "name the database in the URL",
    "SUBSCRIBE": _CONNECTION + "use client.pubsub()",
    "UNWATCH": _CONNECTION + "use client.pipeline()",
    "WATCH": _CONNECTION + "use client.pipeline()",
}
_WITH_A_CONNECTION: Final = frozenset(
    name for name, instead in _INSTEAD.items() if instead.startswith(_CONNECTION)
)


def check(name: str, alone: bool) -> None:
    """Let a command pass that can be done; `alone` tells that no connection is kept for it.

    What Redis does not know either is not refused here, but by the server.
    Raises: NotSimulated.
    """
    if alone and name in _WITH_A_CONNECTION:
        raise not_simulated(name)
    if name.lower() in SUPPORTED_COMMANDS or name in SCRIPTING:
        return
    method = name.lower().replace(" ", "_").replace("-", "_")
    if name in _INSTEAD or "." in name or hasattr(redis.asyncio.Redis, method):
        raise not_simulated(name)


def not_simulated(name: str) -> NotSimulated:
    """Return the error for a command or a method of redis-py's."""
    return NotSimulated(f"redis {name}", _INSTEAD.get(name, _OTHERWISE))


def name_of(args: tuple[Any, ...]) -> str:
    """Return a command's name in capitals, with that of a subcommand where it has one."""
    words = [it.decode(errors="replace") if isinstance(it, bytes) else str(it) for it in args[:2]]
    joined = " ".join(words).upper()
    known = joined.lower() in SUPPORTED_COMMANDS or joined in SCRIPTING
    return joined if known else words[0].upper()
