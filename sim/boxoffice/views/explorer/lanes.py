"""Which host has which lane: people on the left, then services, then servers."""

from collections.abc import Collection, Sequence
from typing import Final

from boxoffice.trace.trace import Trace
from boxoffice.views.diagram import Arrow, Mark

SERVERS: Final = ("stripe", "nats", "redis", "mail")
PEOPLE: Final = 5  # lanes for people; the rest of a crowd shares one
_PROOF: Final = 1_000  # a person of a proof is more telling than any number of requests


class Lanes:
    """The lanes of one run.  `described` has the name and the kind of each, from the left."""

    def __init__(
        self, trace: Trace, drawn: Sequence[Mark], ways: Sequence[Arrow], proofs: Collection[int]
    ) -> None:
        self._services = list(trace.vocabulary.services)
        people = dict.fromkeys(event.host for event in trace.of_kind("request"))
        used = {mark.host for mark in drawn} | {
            host for way in ways if way.style != "lost" for host in (way.source, way.target)
        }
        # Nothing may ever be heard of who is cut off, and still it is seen to be.
        used |= {host for event in trace.of_kind("partition") for host in event["hosts"]}
        seen = [person for person in people if person in used]
        alone = _most_telling(seen, trace, proofs) if len(seen) > PEOPLE + 1 else seen
        others = [person for person in seen if person not in alone]
        hosts = sorted(used - people.keys(), key=self._rank)
        crowd = [f"{len(others)} others"] if others else []
        self.described = [[name, "person"] for name in [*alone, *crowd]]
        self.described += [[host, self._kind(host)] for host in hosts]
        self._at = dict.fromkeys(others, len(alone))
        lanes = [*alone, *crowd, *hosts]
        self._at |= {host: at for at, host in enumerate(lanes) if host not in crowd}

    def at(self, host: str) -> int:
        """Return the number of a host's lane."""
        return self._at[host]

    def has(self, way: Arrow) -> bool:
        """Tell whether both ends of an arrow, or at least that of a lost one, have a lane."""
        return way.source in self._at and (way.target in self._at or way.style == "lost")

    def knows(self, host: str) -> bool:
        """Tell whether a host has a lane."""
        return host in self._at

    def towards(self, way: Arrow) -> float:
        """Return where an arrow ends; what was lost on the way to an unseen host ends nearby."""
        return self._at.get(way.target, self._at[way.source] + 0.5)

    def _service(self, host: str) -> str:
        known = host in self._services or host in SERVERS
        return host if known else host.rsplit("-", 1)[0]

    def _rank(self, host: str) -> tuple[int, str]:
        ranks = [*self._services, *SERVERS]
        service = self._service(host)
        return (ranks.index(service) if service in ranks else len(ranks)), host

    def _kind(self, host: str) -> str:
        return "service" if self._service(host) in self._services else "server"


def _most_telling(people: list[str], trace: Trace, proofs: Collection[int]) -> list[str]:
    """Return the people to draw alone: those of the proofs, then those who changed something."""
    score = dict.fromkeys(people, 0)
    for number in proofs:
        if trace.events[number].host in score:
            score[trace.events[number].host] += _PROOF
    for event in trace.of_kind("response"):
        asked = trace.events[event["request"]]
        entering = trace.vocabulary.entering
        enters = bool(entering) and asked["path"].startswith(entering)
        changed = asked["method"] != "GET" and not enters
        if event.host in score and changed and (event.get("status") or 500) < 400:
            score[event.host] += 1
    best = sorted(people, key=lambda person: (-score[person], people.index(person)))[:PEOPLE]
    return [person for person in people if person in best]
