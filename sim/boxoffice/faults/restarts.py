"""Servers that come up again without all that they had, and services that do one after another."""

from math import inf
from typing import Any

from boxoffice.faults.amounts import lasting, seconds
from boxoffice.faults.blows import Blow, Blows
from boxoffice.faults.disturbance import Disturbance
from boxoffice.faults.moments import moment
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelled import reproducible_repr


class _Restarts(Blows):
    name = "restarts"

    def __init__(self, when: When, on: str, moment: str, blow: Blow) -> None:
        super().__init__(when, on, moment, blow)
        if blow.how["loses_s"]:
            self.name = "restarts-empty" if blow.how["loses_s"] == inf else "restarts-older"

    def disturbance(self) -> Disturbance | None:
        keeps_all = not self.blow.how["loses_s"]
        return Disturbance("kill", (self.blow.host,)) if keeps_all else None

    def lag_s(self, server: str, kind: str = "") -> float:
        loses_s: float = self.blow.how["loses_s"]
        return loses_s if server == self.blow.host and loses_s < inf else 0.0


class _RollingRestarts(Blows):
    name = "rolling-restarts"


@reproducible_repr
def restarts(
    host: str,
    down_s: float = 2.0,
    loses_s: float = 0.0,
    on: str = "",
    *,
    after: str = "",
    before: str = "",
    **when: Any,
) -> Fault:
    """Kill a server, and start it `down_s` seconds later without its last `loses_s` seconds.

    A Redis comes up empty with `loses_s=inf`, as without an append-only file or a snapshot, and
    with an older state otherwise; a MongoDB as after a fail-over (see `failovers`).  A NATS has all
    that is in files, and nothing that is in memory: such streams and consumers are gone, as with
    nats-server 2.15.1, and clients subscribe anew.  The moment is said as with `crashes`.
    Raises: ValueError, for more than one of `on`, `after` and `before`, and for no such time.
    """
    seconds(down_s=down_s)
    lasting(loses_s=loses_s)
    meant, event, at_call = moment(host, on, after, before, when)
    how = {"down_s": down_s, "loses_s": loses_s}
    return _Restarts(meant, event, at_call, Blow("restart", host, how))


@reproducible_repr
def rolling_restarts(
    service: str,
    on: str = "",
    notice_s: float = 2.0,
    down_s: float = 2.0,
    *,
    after: str = "",
    before: str = "",
    **when: Any,
) -> Fault:
    """Have all replicas of `service` told to end, one after another, as while it is deployed.

    Each is back `down_s` seconds after it has gone, and the next is told once it is up.  The rest
    is as with `departures`; what `service` is must be the name of its first host.
    Raises: ValueError.
    """
    seconds(notice_s=notice_s, down_s=down_s)
    meant, event, at_call = moment(service, on, after, before, when)
    how = {"notice_s": notice_s, "down_s": down_s}
    return _RollingRestarts(meant, event, at_call, Blow("roll", service, how))
