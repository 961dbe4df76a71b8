"""Every network policy, connection by connection: from each pod to each port that listens.

What should come of a connection is what the checks of the manifests say that somebody needs; what
does come of it is tried in the client's own network.  All are tried once more without the
firewall: then each of them is open, so whatever was shut was shut by a policy.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Final

from tests.deploy.cluster import control_plane
from tests.deploy.cluster.bringing_up import LOCAL
from tests.deploy.cluster.drills.doors import ABROAD, API, SYSTEM, Doors, Place, all_places, guest
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.waiting import NotSo, until
from tests.deploy.kubernetes.building import build
from tests.deploy.kubernetes.checks.policies import wanted
from tests.deploy.kubernetes.edges import ANYWHERE, EVERY_PORT, Edge
from tests.deploy.kubernetes.facts import NAMESPACE
from tests.deploy.kubernetes.secrets import expected

# Pods that have done their work and are gone; what they may is tried all the same.
GONE: Final = ("draw-secrets", "mongo-initiate")
STRANGER: Final = "stranger"
CHAINS: Final = ("INPUT", "FORWARD", "OUTPUT")
PATIENCE_S: Final = 90  # the firewall looks at least once a minute
DNS: Final = 53
SILENT: Final = {"nats:6222"}  # a server alone has nobody to talk with there
AT_ONCE: Final = 8  # most of the time goes into waiting for packets that nobody answers

Connection = tuple[Place, Place, int]
Matrix = Mapping[Connection, bool]


def policies(node: Node, step: Step) -> None:
    """Try all connections with the firewall, without it, and with it again."""
    guests = [guest(NAMESPACE, name) for name in GONE]
    guests += [guest(NAMESPACE, STRANGER), guest(ABROAD, STRANGER)]
    kubectl = Kubectl(node)
    kubectl.apply(guests)
    for space in (NAMESPACE, ABROAD):
        Kubectl(node, space)(
            "wait", "--for=condition=Ready", "pod", "--selector=guest", "--timeout=60s"
        )
    doors, places = Doors(node), list(all_places(node))
    needed = set(wanted([*build(LOCAL), *expected("local", NAMESPACE)]))
    should = {it: _may(*it, needed) for it in _connections(doors, places)}
    settles(doors, should)
    node.end(control_plane.FIREWALL)
    _take_out(node)
    without = _tried(doors, should)
    still_shut = [_words(it) for it, is_open in without.items() if not is_open]
    assert not still_shut, f"shut without a firewall: {still_shut}"
    control_plane.guard(node)
    settles(doors, should)
    for space in (NAMESPACE, ABROAD):
        Kubectl(node, space)("delete", "pod", "--selector=guest", "--wait=false")
    allowed = sum(should.values())
    refused = len(should) - allowed
    step.figure = (
        f"{len(should)} connections: {allowed} allowed and {refused} refused, as they should be; "
        f"without the firewall {len(without)} open"
    )
    step.details = {"allowed": allowed, "refused": refused, "open_without": len(without)}


def _connections(doors: Doors, places: list[Place]) -> Iterator[Connection]:
    clients = [it for it in places if it.space != SYSTEM]
    declared = [(place, port) for place in places for port in place.ports]
    targets = [target for place in places for target in doors.listening(place)]
    silent = {f"{place}:{port}" for place, port in set(declared) - set(targets)}
    assert silent == SILENT, f"nobody listens on {sorted(silent)}, where {SILENT} are expected"
    for client in clients:
        for server, port in [*targets, (API, API.ports[0])]:
            if server != client:
                yield client, server, port


def _may(client: Place, server: Place, port: int, needed: set[Edge]) -> bool:
    """Tell whether a connection is let out by its client's policies, and in by its server's."""
    if server.space == NAMESPACE:
        return Edge(client.called, server.called, port) in needed
    if client.space != NAMESPACE:
        return True
    everywhere = Edge(client.called, ANYWHERE, EVERY_PORT)
    return everywhere in needed or (port == DNS and server.space == SYSTEM)


def settles(doors: Doors, should: Matrix) -> None:
    """Wait until every connection is as it should be.  Raises: NotSo, which names the others."""
    wrong: list[str] = []

    def is_so() -> bool:
        found = _tried(doors, should)
        wrong[:] = [_words(it) for it, is_open in found.items() if is_open != should[it]]
        return not wrong

    try:
        until(is_so, "every connection is as the policies say", PATIENCE_S)
    except NotSo as failure:
        raise NotSo(f"{failure}: not so {wrong}") from failure


def _tried(doors: Doors, connections: Matrix) -> Matrix:
    def from_one(client: Place) -> Iterator[tuple[Connection, bool]]:
        targets = [(server, port) for who, server, port in connections if who == client]
        for target, is_open in zip(targets, doors.open_from(client, targets), strict=True):
            yield (client, *target), is_open

    clients = dict.fromkeys(it[0] for it in connections)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(chain.from_iterable(pool.map(lambda it: list(from_one(it)), clients)))


def _take_out(node: Node) -> None:
    """Undo what makes packets pass the firewall's rules, which stay without it."""
    for hook in CHAINS:
        for rule in node.run("iptables", "--list-rules", hook).splitlines():
            if "KUBE-ROUTER" in rule and rule.startswith("-A"):
                node.run("bash", "-c", f"iptables {rule.replace('-A', '-D', 1)}")


def _words(connection: Connection) -> str:
    client, server, port = connection
    return f"{client} → {server}:{port}"
