"""What was looked at in a run, and what was told to its Redis: both are in no trace.

The run is played once more, and listened to, so that runs that nobody draws pay nothing for it.
"""

from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from boxoffice.net.host import current_life
from boxoffice.search.looks import Heard, Look
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import Trace, cause

if TYPE_CHECKING:
    from boxoffice.world.world import World

# Of Redis: looks, which are taken again and again, and how a client introduces itself.
_CHANGES_NOTHING: Final = frozenset((
    "CLIENT", "ECHO", "EXISTS", "GET", "HELLO", "HGET", "HGETALL", "HLEN", "INFO", "KEYS",
    "LLEN", "LRANGE", "MGET", "PING", "SCAN", "SCARD", "SELECT", "SISMEMBER", "SMEMBERS", "STRLEN",
    "TTL", "TYPE", "UNWATCH", "WATCH", "ZCARD", "ZCOUNT", "ZRANGE", "ZRANGEBYSCORE", "ZRANK",
    "ZSCORE",
))  # fmt: skip
MOST: Final = 10_000  # events of a run that is played again: a larger one takes long


@dataclass(frozen=True, slots=True)
class Command:
    """A command that changed something in a Redis, before event `number`, and whose it was."""

    number: int
    at_us: int
    server: str
    by: str
    words: Sequence[str]
    cause: int | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Looks that somebody's request or message has led to; `mattered` are those that were stale."""

    looks: Sequence[Look] = ()
    mattered: frozenset[int] = frozenset()  # by their places
    commands: Sequence[Command] = ()


_known: Final[WeakKeyDictionary[Trace, Seen]] = WeakKeyDictionary()


class Watched:
    """All that is looked at in a world, and told to its Redis, while it is played."""

    def __init__(self) -> None:
        self._heard = Heard()
        self._commands = list[Command]()

    def listen(self, world: "World") -> None:
        """Watch a world from now on."""
        self._heard.listen(world)
        for name, redis in world.backends.redises.items():
            redis.notice = partial(_hear, self._commands, world, name, redis.notice)

    def remember(self, trace: Trace) -> None:
        """Have `seen_in` know what was watched so far in the run of this trace."""
        met = {id(it) for it in self._heard.met().looks}
        looks = [it for it in self._heard.looks if it.cause is not None or id(it) in met]
        mattered = frozenset(place for place, it in enumerate(looks) if id(it) in met)
        _known[trace] = Seen(looks, mattered, self._commands)


def seen_in(outcome: Outcome) -> Seen:
    """Return what was looked at in a run; nothing, if it cannot be played again as it was."""
    trace = outcome.trace
    if trace not in _known:
        if outcome.again is None or not trace.events.are_kept or len(trace.events) > MOST:
            return Seen()
        _watch_again(outcome)
    return _known[trace]


def _watch_again(outcome: Outcome) -> None:
    assert outcome.again is not None
    _known[outcome.trace], watched = Seen(), Watched()
    try:
        with redirect_stdout(StringIO()):  # what a story prints, it has printed
            again = outcome.again(watched.listen)
    except Exception:  # whatever a story raises that cannot be played twice
        return
    # Whoever was told of its world may have changed it.
    if again.trace.sha256() == outcome.trace.sha256():
        watched.remember(outcome.trace)


def _hear(heard: list[Command], world: "World", server: str, told: Any, command: Any) -> None:
    told(command)
    name, *rest = (it.decode(errors="replace") for it in command)
    if name.upper() in _CHANGES_NOTHING:
        return
    life, delivery = current_life.get(), world.recorder.delivery_at_hand()
    heard.append(
        Command(
            world.trace.events.recorded,
            round(world.loop.time() * 1e6),
            server,
            life.host.name if life else "",
            [name.upper(), *rest],
            cause() if delivery is None else delivery,
        )
    )
