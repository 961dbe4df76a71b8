"""What there is in a world that a fault can name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boxoffice.faults.targets import KnownTargets
from boxoffice.servers.jetstream.config import filters_of
from boxoffice.trace.trace import KINDS

if TYPE_CHECKING:
    from boxoffice.world.world import World


def known_targets(world: "World") -> KnownTargets:
    """Return what is known by now."""
    consumers: dict[str, Sequence[str]] = {
        name: filters_of(consumer.config)
        for broker in world.backends.brokers.values()
        for stream in broker.streams.values()
        for name, consumer in stream.consumers.items()
    }
    for endpoint in world.webhooks.endpoints:
        consumers[endpoint.service] = [*consumers.get(endpoint.service, ()), *endpoint.events]
    return KnownTargets(
        hosts=[*world.hosts, *world.backends.hosts],
        services=list(world.system.services),
        servers=world.backends.kinds,
        people=list(world.people),
        consumers=consumers,
        subjects=list(world.trace.subjects),
        kinds=dict.fromkeys([*KINDS, *world.trace.kinds]),
        given={
            name: world.system.services[host.service].reaches for name, host in world.hosts.items()
        },
        met=world.network.met,
    )
