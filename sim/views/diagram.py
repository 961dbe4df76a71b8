"""A space-time diagram as plain data: lanes side by side, time downwards."""

from collections.abc import Iterable
from typing import Any, Final

from sim.outcome import Outcome
from sim.trace import Trace, TraceEvent
from sim.views.names import Names
from sim.views.scale import Scale
from sim.views.selection import select
from sim.views.sketch import Arrow, Mark, arrows, marks

SERVICES: Final = ("auth", "tickets", "orders", "payments", "expiration")
SERVERS: Final = ("stripe", "nats", "redis", "mail")
PEOPLE: Final = 5  # lanes for people; the rest of a crowd shares one


def diagram(outcome: Outcome, names: Names) -> dict[str, Any]:
    """Return lanes, marks, arrows, shades, folds and ticks.

    `y` is in pixels from the top, `lane` counts from the left, `n` is an event's number.
    """
    trace = outcome.trace
    proofs = {number for found in outcome.violations for number in found.events}
    selection = select(trace, proofs)
    drawn = [event for event in selection.events if not _is_first_start(trace, event)]
    some, ways = marks(drawn, names), list(arrows(trace, drawn))
    lanes = Lanes(trace, some, ways, proofs)
    scale = Scale(mark.at_us for mark in some)
    return {
        "lanes": lanes.titles,
        "height": round(scale.height, 1),
        "marks": [_mark(mark, lanes, scale, proofs) for mark in some],
        "arrows": [_arrow(way, lanes, scale) for way in ways if lanes.has(way)],
        "shades": _shades(drawn, lanes, scale),
        "folds": scale.folds(),
        "ticks": scale.ticks(),
        "note": selection.note,
    }


class Lanes:
    """Which host has which lane: people on the left, then services, then servers."""

    def __init__(
        self, trace: Trace, some: list[Mark], ways: list[Arrow], proofs: Iterable[int]
    ) -> None:
        people = dict.fromkeys(event.host for event in trace.of_kind("request"))
        used = {mark.host for mark in some} | {
            host for way in ways if way.style != "lost" for host in (way.source, way.target)
        }
        seen = [person for person in people if person in used]
        alone = _most_telling(seen, trace, proofs) if len(seen) > PEOPLE + 1 else seen
        others = [person for person in seen if person not in alone]
        hosts = sorted(used - people.keys(), key=_rank)
        self.titles = [*alone, *([f"{len(others)} others"] if others else []), *hosts]
        self._at = {host: at for at, host in enumerate(self.titles)}
        self._at |= dict.fromkeys(others, len(alone))

    def at(self, host: str) -> int:
        """Return the number of a host's lane."""
        return self._at[host]

    def has(self, way: Arrow) -> bool:
        """Tell whether both ends of an arrow, or at least that of a lost one, have a lane."""
        return way.source in self._at and (way.target in self._at or way.style == "lost")

    def towards(self, way: Arrow) -> float:
        """Return where an arrow ends; what was lost on the way to an unseen host ends nearby."""
        return self._at.get(way.target, self._at[way.source] + 0.5)


def _most_telling(people: list[str], trace: Trace, proofs: Iterable[int]) -> list[str]:
    """Return the people to draw alone: those of the proofs, then those who changed something."""
    score = dict.fromkeys(people, 0)
    for number in proofs:
        host = trace.events[number].host
        score[host] = score.get(host, 0) + 1000
    for event in trace.of_kind("response"):
        changed = trace.events[event["request"]]["method"] != "GET"
        users = trace.events[event["request"]]["path"].startswith("/api/users")
        if event.host in score and changed and not users and (event.get("status") or 500) < 400:
            score[event.host] += 1
    best = sorted(people, key=lambda person: (-score[person], people.index(person)))[:PEOPLE]
    return [person for person in people if person in best]


def _rank(host: str) -> tuple[int, str]:
    order = SERVICES + SERVERS
    service = host.rsplit("-", 1)[0] if host not in order else host
    return (order.index(service) if service in order else len(order)), host


def _is_first_start(trace: Trace, event: TraceEvent) -> bool:
    if event.kind != "start":
        return False
    return not any(
        before.kind == "crash" and before.host == event.host
        for before in trace.events[: event.number]
    )


def _mark(mark: Mark, lanes: Lanes, scale: Scale, proofs: Iterable[int]) -> dict[str, Any]:
    return {
        "n": mark.number,
        "lane": lanes.at(mark.host),
        "y": scale.y(mark.at_us),
        "shape": mark.shape,
        "label": mark.label,
        "badge": mark.badge,
        "proof": mark.number in proofs,
    }


def _arrow(way: Arrow, lanes: Lanes, scale: Scale) -> dict[str, Any]:
    return {
        "n": way.number,
        "from": [lanes.at(way.source), scale.y(way.from_us)],
        "to": [lanes.towards(way), scale.y(way.to_us)],
        "style": way.style,
    }


def _shades(drawn: list[TraceEvent], lanes: Lanes, scale: Scale) -> list[dict[str, Any]]:
    """Return when which host was down; to the end of the page if it never came back."""
    shades: list[dict[str, Any]] = []
    down: dict[str, dict[str, Any]] = {}
    for event in drawn:
        if event.kind == "crash":
            shade = {"lane": lanes.at(event.host), "from": scale.y(event.at_us)}
            down[event.host] = shade | {"to": round(scale.height, 1)}
            shades.append(down[event.host])
        elif event.kind == "start" and event.host in down:
            down.pop(event.host)["to"] = scale.y(event.at_us)
    return shades
