"""Servers that are there and will not: read-only, full, failing over, locked out."""

from math import inf
from typing import Any, Final

from boxoffice.clock.randomness import Random
from boxoffice.faults.amounts import lasting
from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call, CallFault
from boxoffice.servers.stripe.answers import REFUND_FAILED

# Of the commands that are sent: SET, ZADD, DEL and ZREM…; and of them those that need room.
_REDIS_WRITES: Final = "[szd][era][dtelm]*"
_REDIS_GROWS: Final = "[sz][ea][dt]*"


class _Refusals(ByPattern):
    occasion = Occasion.CALL

    def __init__(
        self, when: When, name: str, says: str, lasts_s: float, done: bool, kind: str
    ) -> None:
        super().__init__(when)
        self.name = name
        self.kind = kind
        self.says = says
        self._lasts_s = lasts_s
        self._done = done

    def begin(self, random: Random) -> None:
        super().begin(random)
        self._until_s = -inf

    def alter_call(self, call: Call, now_s: float, fault: CallFault) -> bool:
        if not self._refuses(call, now_s):
            return False
        fault.says, fault.done = self.says, self._done
        return True

    def _refuses(self, call: Call, now_s: float) -> bool:
        if now_s < self._until_s:
            return self.takes_call(call)
        if not self.strikes_call(call, now_s):
            return False
        self._until_s = now_s + self._lasts_s
        return True


def _of_kind(
    kind: str,
    name: str,
    says: str,
    when: dict[str, Any],
    lasts_s: float = 0.0,
    done: bool = False,
) -> Fault:
    lasting(lasts_s=lasts_s)
    if not isinstance(says, str) or not says.strip():
        raise ValueError(f"says is an error as a server says it, not {says!r}")
    return _Refusals(When(**when), name, says, lasts_s, done, kind)


@reproducible_repr
def refusals(
    says: str, lasts_s: float = 0.0, done: bool = False, name: str = "refusals", **when: Any
) -> Fault:
    """Let a server answer with the error `says`, as it stands on the wire: `READONLY`, `18`, `503`.

    `of` is a pattern for the driver's method (`zadd`, `update_one`), `at` one for the server.  A
    call that is struck begins `lasts_s` seconds in which all that match are refused.  With `done`
    the server does the work, and then answers so all the same.  A service answers a status of HTTP.
    Raises: ValueError, for no error and no such time.
    """
    return _of_kind("", name, says, when, lasts_s, done)


@reproducible_repr
def read_only(of: str = _REDIS_WRITES, at: str = ANY, lasts_s: float = 5.0, **when: Any) -> Fault:
    """Let a Redis take no writes, as a replica does while a fail-over is not over: five seconds."""
    says = "READONLY You can't write against a read only replica."
    return _of_kind("redis", "redis-read-only", says, {"of": of, "at": at, **when}, lasts_s)


@reproducible_repr
def no_memory(of: str = _REDIS_GROWS, at: str = ANY, lasts_s: float = 5.0, **when: Any) -> Fault:
    """Let a Redis be full for five seconds: it refuses what needs room, and removes things."""
    says = "OOM command not allowed when used memory > 'maxmemory'."
    return _of_kind("redis", "redis-full", says, {"of": of, "at": at, **when}, lasts_s)


@reproducible_repr
def failing_over(at: str = ANY, lasts_s: float = 3.0, **when: Any) -> Fault:
    """Let a MongoDB have no primary for three seconds."""
    return _of_kind("mongo", "mongo-failing-over", "10107", {"at": at, **when}, lasts_s)


@reproducible_repr
def locked_out(at: str = ANY, lasts_s: float = 3.0, **when: Any) -> Fault:
    """Let a MongoDB refuse our password for three seconds, as while it is replaced."""
    return _of_kind("mongo", "mongo-password", "18", {"at": at, **when}, lasts_s)


@reproducible_repr
def unconfirmed(of: str = "[!f]*_one", at: str = ANY, lasts_s: float = 0.0, **when: Any) -> Fault:
    """Let a MongoDB write, and say that too few have it."""
    when = {"of": of, "at": at, **when}
    return _of_kind("mongo", "mongo-unconfirmed", "64", when, lasts_s, done=True)


@reproducible_repr
def no_storage(of: str = "publish", at: str = ANY, lasts_s: float = 5.0, **when: Any) -> Fault:
    """Let a NATS store nothing for five seconds, for it has no room.

    That is what nats-server 2.15.1 says at its `max_file_store`.  At a full disk it says nothing at
    all, which is what `lost_requests` does.
    """
    return _of_kind("nats", "nats-full", "10023", {"of": of, "at": at, **when}, lasts_s)


@reproducible_repr
def no_leader(at: str = ANY, lasts_s: float = 2.0, **when: Any) -> Fault:
    """Let nobody answer for JetStream for two seconds, as while a leader is elected."""
    return _of_kind("nats", "nats-leaderless", "503", {"at": at, **when}, lasts_s)


@reproducible_repr
def stripe_errors(
    done: bool = False, of: str = ANY, at: str = ANY, lasts_s: float = 0.0, **when: Any
) -> Fault:
    """Let Stripe fail with a 500, which it keeps under the key: after having charged, or before."""
    name = "stripe-half-errors" if done else "stripe-errors"
    return _of_kind("stripe", name, "500", {"of": of, "at": at, **when}, lasts_s, done)


@reproducible_repr
def stripe_busy(at: str = ANY, lasts_s: float = 5.0, **when: Any) -> Fault:
    """Let Stripe say for five seconds that there are too many requests."""
    return _of_kind("stripe", "stripe-busy", "429", {"at": at, **when}, lasts_s)


@reproducible_repr
def no_balance(at: str = ANY, lasts_s: float = 0.0, **when: Any) -> Fault:
    """Let Stripe refuse a refund that the balance does not cover."""
    when = {"of": "refund", "at": at, **when}
    return _of_kind("stripe", "stripe-no-balance", "balance_insufficient", when, lasts_s)


@reproducible_repr
def failed_refunds(at: str = ANY, lasts_s: float = 0.0, **when: Any) -> Fault:
    """Let Stripe take a refund, and say in its answer that it has failed: nothing was given back.

    Source: https://docs.stripe.com/refunds#failed-refunds
    """
    when = {"of": "refund", "at": at, **when}
    return _of_kind("stripe", "stripe-failed-refunds", REFUND_FAILED, when, lasts_s)
