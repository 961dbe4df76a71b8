"""Which connections the network policies of an installation let through."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.deploy.kubernetes.documents import (
    Document,
    Documents,
    labels,
    of,
    ports,
    selects,
    template,
    workloads,
)

SPACE_NAME: Final = "kubernetes.io/metadata.name"  # which every namespace has of itself
POD_NAME: Final = "app.kubernetes.io/name"
ANYWHERE: Final = "anywhere"
EVERY_PORT: Final = 0

Rules = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, order=True)
class Edge:
    """A connection from pods, or from a namespace beside ours, to a port."""

    client: str
    server: str
    port: int

    def __str__(self) -> str:
        return f"{self.client} → {self.server}:{self.port}"


def edges(documents: Documents) -> set[Edge]:
    """Return every connection that both of its ends allow."""
    pods, found = workloads(documents), set[Edge]()
    for server in pods:
        found |= {
            Edge(called(client), called(server), port)
            for client in pods
            for port in set(ports(server).values())
            if _leaves(documents, client, server, port) and _enters(documents, client, server, port)
        }
        found |= set(_outer(documents, server))
    return found


def called(workload: Document) -> str:
    """Return the name that the policies know a workload's pods by."""
    return labels(template(workload)).get(POD_NAME, workload["metadata"]["name"])


def rules(documents: Documents, workload: Document, direction: str) -> Rules | None:
    """Return the rules for a workload's pods, or None where no policy isolates them."""
    about = [
        policy["spec"]
        for policy in of(documents, "NetworkPolicy")
        if direction.capitalize() in policy["spec"]["policyTypes"]
        and selects(policy["spec"]["podSelector"], labels(template(workload)))
    ]
    return [rule for spec in about for rule in spec.get(direction) or ()] if about else None


def _leaves(documents: Documents, client: Document, server: Document, port: int) -> bool:
    return _admits(rules(documents, client, "egress"), "to", server, server, port)


def _enters(documents: Documents, client: Document, server: Document, port: int) -> bool:
    return _admits(rules(documents, server, "ingress"), "from", client, server, port)


def _admits(found: Rules | None, side: str, peer: Document, server: Document, port: int) -> bool:
    if found is None:
        return True
    return any(
        (not rule.get(side) or any(_is(each, peer) for each in rule[side]))
        and port in (_numbers(rule, ports(server)) or {port})
        for rule in found
    )


def _is(described: Mapping[str, Any], pod: Document) -> bool:
    """Tell whether a peer is a pod of ours; addresses are for those that are not."""
    if "ipBlock" in described:
        return False
    space = {SPACE_NAME: pod["metadata"].get("namespace", "")}
    if not selects(described.get("namespaceSelector", {}), space):
        return False
    return selects(described.get("podSelector", {}), labels(template(pod)))


def _numbers(rule: Mapping[str, Any], known: Mapping[str, int]) -> set[int]:
    found: set[int] = set()
    for each in rule.get("ports", ()):
        if "port" not in each:
            return set()
        first = known.get(each["port"], -1) if isinstance(each["port"], str) else each["port"]
        found |= set(range(first, each.get("endPort", first) + 1))
    return found


def _outer(documents: Documents, pod: Document) -> Iterator[Edge]:
    """Yield the connections to and from whatever is not part of the installation."""
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule in rules(documents, pod, direction) or ():
            for port in _numbers(rule, ports(pod)) or {EVERY_PORT}:
                for peer in _peers(rule.get(side), pod):
                    pair = (peer, called(pod)) if side == "from" else (called(pod), peer)
                    yield Edge(*pair, port)


def _peers(described: Rules | None, pod: Document) -> Iterator[str]:
    if not described:
        yield ANYWHERE
    for each in described or ():
        if "ipBlock" in each:
            yield ANYWHERE
        elif "namespaceSelector" in each:
            wanted = each["namespaceSelector"].get("matchLabels", {}).get(SPACE_NAME)
            if wanted is None:
                yield ANYWHERE
            elif wanted != pod["metadata"].get("namespace"):
                yield f"namespace {wanted}"
