"""Looks at a world while it runs, as an audit takes them at a shop."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import bson

from boxoffice import Scenario, Twin
from boxoffice.search import Case
from boxoffice.servers.jetstream.views import floor_of
from scenarios.audit.judging import Audit, Found
from scenarios.audit.looks import READ, Look
from scenarios.audit.shelf import Shelf
from scenarios.shop.checks.collecting import collect_evidence
from scenarios.shop.checks.restless import CONSUMING
from scenarios.shop.outside.snapshot import Snapshot
from services.common.messaging import STREAM
from tests.scenarios.shop.outside.visible import snapshot

AGAIN_S = 35.0


def shelved(seen: Snapshot, floors: Mapping[str, int] = {}) -> Look:
    """Return a look at what was seen as an audit takes it: from a file."""
    shelf = Shelf()
    shelf.put_messages(seen.stream)
    stores = {}
    for name, *_ in READ:
        shelf.put_documents(name, map(bson.encode, getattr(seen, name).values()))
        stores[name] = shelf.documents(name)
    stream = shelf.messages()
    return Look(replace(seen, stream=stream, users={}, **stores), stream, floors)


@dataclass
class Watched:
    """Takes a look at each moment, in virtual seconds, and another one a while later."""

    moments: tuple[float, ...] = (1.0, 3.0, 8.0, 15.0, 30.0, 60.0, 300.0)
    looks: dict[float, Look] = field(default_factory=dict)

    def begin(self, world):
        self.world = world
        for at_s in sorted({*self.moments, *(it + AGAIN_S for it in self.moments)}):
            world.loop.call_at(at_s, self._take, at_s)

    def _take(self, at_s):
        self.looks[at_s] = self.look()

    def look(self) -> Look:
        stream = self.world.backends.nats.streams.get(STREAM)
        behind = {
            name: floor_of(it)
            for name, it in (stream.consumers.items() if stream else ())
            if name in CONSUMING and (it.num_pending or it.ledger.outstanding)
        }
        return shelved(snapshot(self.world, collect_evidence(self.world)), behind)

    def audits(self) -> dict[float, Found]:
        """Return what each pair of looks has found; the last look has none after it."""
        return {
            at_s: Audit(self.looks[at_s]).found(self.looks[at_s + AGAIN_S])
            for at_s in self.moments
            if at_s + AGAIN_S in self.looks
        }


def watched(scenario: Scenario, seed: int, twin: Twin | None = None) -> Watched:
    """Play a run, and return the looks at it."""
    found = Watched()
    Case(scenario, seed, twin).play(begun=found.begin)
    return found


def broken(audit):
    """Return what is violated, save for what stands still: in a storm a service may be away."""
    return {
        it.invariant: [breach.message for breach in it.violations]
        for it in audit.judgements
        if it.violations and it.invariant != "nothing-stuck"
    }
