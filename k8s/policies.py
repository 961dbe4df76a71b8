"""Who may talk to whom, from what the code connects to: `python -m k8s.policies` writes the files.

A service may reach a server if it needs that server's setting (`services.common.settings.NEEDED`),
and is reached by people if a route leads to it (`scenarios.shop.system.ROUTES`).  All else is
denied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from scenarios.shop.system import ROUTES
from services.common.settings import NEEDED

ROOT: Final = Path(__file__).parent
NAME: Final = "app.kubernetes.io/name"
PORT: Final = 3000  # of every service
AUDIT: Final = "audit"  # which reads what all services write
OTLP: Final = 4318  # over HTTP
NOTE: Final = "# Written by `python -m k8s.policies`; do not edit.\n"
# A cloud's own addresses, which hand out credentials.
METADATA: Final = ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128")
PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", *METADATA[:2])

# Where a cluster's names are looked up: by the label of pods, and the port on which those listen.
RESOLVERS: Final = (
    ("kube-system", ("kube-dns", "node-local-dns"), 53),
    ("openshift-dns", (), 5353),
)
# NodeLocal DNSCache is on every node itself, at this address or at that of the Service it stands in
# for, which is a private one.  Source: https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
ON_THE_NODE: Final = (
    "169.254.20.10/32",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
)

Rule = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """What a setting leads to: a pod of this name and port, or ports outside the cluster."""

    name: str
    port: int
    folder: str
    outside: tuple[int, ...]
    never: tuple[str, ...] = METADATA
    peers: tuple[int, ...] = ()  # on which its own members talk
    guests: tuple[str, ...] = ()  # pods that are neither services nor members
    is_audited: bool = False
    is_read_outside: bool = False  # by the audit, which inside has nothing to read there


SERVERS: Final[Mapping[str, Server]] = {
    "MONGO_URL": Server(
        "mongo",
        27017,
        "mongo",
        outside=(27015, 27016, 27017),
        peers=(27017,),
        guests=("mongo-initiate",),
        is_audited=True,
    ),
    "NATS_URL": Server("nats", 4222, "nats", outside=(4222,), peers=(6222,), is_audited=True),
    "REDIS_URL": Server("redis", 6379, "redis", outside=(6379, 6380), is_audited=True),
    "STRIPE_KEY": Server(
        "stripe-mock", 12111, "stripe", outside=(443,), never=PRIVATE, is_read_outside=True
    ),
    "SMTP_URL": Server("mail", 1025, "mail", outside=(465, 587, 2525)),
}


def policies() -> str:
    """Return base/policies.yaml: nothing but DNS for all, and what each service may do besides."""
    denied = _policy("default-deny", {}, {"ingress": [], "egress": []})
    return _text(denied, _dns(), _from("ingress-nginx", _routed(), PORT), *map(_service, NEEDED))


def files() -> dict[Path, str]:
    """Return every generated file with its text."""
    written = {
        "base": policies(),
        "components/gateway": _text(_from("gateway", _routed(), PORT)),
        "components/monitoring": _text(_from("monitoring", list(NEEDED), PORT)),
        "components/keda": _text(_from("keda", ["nats"], 8222)),
        "components/collector": _text(_collector()),
        "components/audit": _text(_audit()),
    }
    for setting, server in SERVERS.items():
        inside = server.name if server.name == "stripe-mock" else server.folder
        written[f"components/{inside}"] = _text(*_inside(server, _clients(setting)))
        clients = [*_clients(setting), *([AUDIT] if server.is_read_outside else [])]
        written[f"components/external/{server.folder}"] = _text(_outside(server, clients))
    return {ROOT / folder / "policies.yaml": text for folder, text in written.items()}


def _clients(setting: str) -> list[str]:
    services = [service for service, needed in NEEDED.items() if setting in needed]
    return [*services, *([AUDIT] if SERVERS[setting].is_audited else [])]


def _routed() -> list[str]:
    return list(dict.fromkeys(service for _, service in ROUTES))


def _service(name: str) -> Rule:
    reached = [SERVERS[setting] for setting in NEEDED[name] if setting in SERVERS]
    egress = [_allow("to", [_peer(each.name)], each.port) for each in reached]
    return _policy(name, _pods(name), {"ingress": [], "egress": egress})


def _dns() -> Rule:
    pods = [
        {"to": [_namespace(space) | _labelled(labels)], "ports": _resolving(port)}
        for space, labels, port in RESOLVERS
    ]
    nodes = {"to": [{"ipBlock": {"cidr": it}} for it in ON_THE_NODE], "ports": _resolving(53)}
    return _policy("dns", {}, {"egress": [*pods, nodes]})


def _labelled(labels: Sequence[str]) -> Rule:
    if not labels:
        return {}
    either = {"key": "k8s-app", "operator": "In", "values": list(labels)}
    return {"podSelector": {"matchExpressions": [either]}}


def _resolving(port: int) -> list[Rule]:
    return [{"protocol": protocol, "port": port} for protocol in ("UDP", "TCP")]


def _inside(server: Server, clients: Sequence[str]) -> list[Rule]:
    callers = [_peer(each) for each in (*clients, *server.guests)]
    members = [_peer(server.name)]
    own = _policy(
        server.name,
        _pods(server.name),
        {
            "ingress": [
                _allow("from", callers, server.port),
                *(_allow("from", members, port) for port in server.peers),
            ],
            "egress": [_allow("to", members, port) for port in server.peers],
        },
    )
    guests = [
        _policy(
            guest, _pods(guest), {"ingress": [], "egress": [_allow("to", members, server.port)]}
        )
        for guest in server.guests
    ]
    return [own, *guests]


def _outside(server: Server, clients: Sequence[str]) -> Rule:
    fours = [block for block in server.never if ":" not in block]
    sixes = [block for block in server.never if ":" in block]
    anywhere = [
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": fours}},
        {"ipBlock": {"cidr": "::/0", "except": sixes}},
    ]
    rule = _allow("to", anywhere, *server.outside)
    return _policy(f"to-external-{server.folder}", _pods(*clients), {"egress": [rule]})


def _from(namespace: str, pods: Sequence[str], port: int) -> Rule:
    rule = _allow("from", [_namespace(namespace)], port)
    return _policy(f"from-{namespace}", _pods(*pods), {"ingress": [rule]})


def _collector() -> Rule:
    rule = _allow("to", [_namespace("monitoring")], OTLP)
    return _policy("to-collector", _pods(*NEEDED), {"egress": [rule]})


def _audit() -> Rule:
    read = [_allow("to", [_peer(it.name)], it.port) for it in SERVERS.values() if it.is_audited]
    return _policy(AUDIT, _pods(AUDIT), {"ingress": [], "egress": read})


def _policy(name: str, pods: Rule, directions: Mapping[str, list[Rule]]) -> Rule:
    types = [direction.capitalize() for direction in directions]
    rules = {direction: rules for direction, rules in directions.items() if rules}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {"podSelector": pods, "policyTypes": types, **rules},
    }


def _pods(*names: str) -> Rule:
    if len(names) == 1:
        return {"matchLabels": {NAME: names[0]}}
    return {"matchExpressions": [{"key": NAME, "operator": "In", "values": list(names)}]}


def _peer(name: str) -> Rule:
    return {"podSelector": _pods(name)}


def _namespace(name: str) -> Rule:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _allow(side: str, peers: Sequence[Rule], *ports: int) -> Rule:
    return {side: list(peers), "ports": [{"protocol": "TCP", "port": port} for port in ports]}


def _text(*documents: Rule) -> str:
    text: str = yaml.dump_all(documents, Dumper=_Plain, sort_keys=False, width=100)
    return NOTE + text


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def main() -> None:
    """Write the files that are not as the code says."""
    for path, text in files().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
