"""When a fetch that no answer will come to is given up.  No heartbeat is sent: none is missed."""

from boxoffice.servers.jetstream.hooks import CLOCK_GRAIN_S


def given_up_s(
    begun_s: float, lost_s: float, over_s: float, heartbeat_s: float | None, missed: int | None
) -> float:
    """Return the moment: when its time is over, or `missed` heartbeats after the last.

    All in seconds: begun at `begun_s` with a sign every `heartbeat_s` until `lost_s`.  Without a
    limit of missed heartbeats, as in nats-py (2.16), they are worth nothing.
    """
    if not heartbeat_s or not missed:
        return over_s
    heard = (lost_s - begun_s + CLOCK_GRAIN_S) // heartbeat_s
    return min(over_s, begun_s + (heard + missed) * heartbeat_s)
