"""The network lets through what the code connects to, and nothing else."""

from collections.abc import Iterator

from tests.deploy.kubernetes.checks.settings import environment, served
from tests.deploy.kubernetes.documents import Documents, of, title, workloads
from tests.deploy.kubernetes.edges import ANYWHERE, EVERY_PORT, Edge, called, edges, rules
from tests.deploy.kubernetes.facts import NEEDED, PORT, ROUTES, SERVICES

# What a setting leads to: the pods that serve it and their usual port, and the ports outside.
SERVERS = {
    "MONGO_URL": ("mongo", 27017, {27015, 27016, 27017}),
    "NATS_URL": ("nats", 4222, {4222}),
    "REDIS_URL": ("redis", 6379, {6379, 6380}),
    "STRIPE_KEY": ("stripe-mock", 12111, {443}),
    "SMTP_URL": ("mail", 1025, {465, 587, 2525}),
}
AUDIT, AUDITED = "audit", ("MONGO_URL", "NATS_URL", "REDIS_URL")
MEMBERS = {"mongo": 27017, "nats": 6222}  # on which the members of a cluster talk
INITIATE = Edge("mongo-initiate", "mongo", 27017)  # the replica set is told of its members once
# The usual resolver, NodeLocal DNSCache by its address or its Service's, and OpenShift's.
RESOLVERS = (("namespace kube-system", 53), (ANYWHERE, 53), ("namespace openshift-dns", 5353))
COLLECTOR = ("namespace monitoring", 4318)


def findings(documents: Documents) -> list[str]:
    """Return the connections that are allowed and not needed, and those needed and not allowed."""
    allowed, needed = edges(documents), set(wanted(documents))
    return [
        *_unlimited(documents),
        *(f"{edge}: allowed, and nobody needs it" for edge in sorted(allowed - needed)),
        *(f"{edge}: needed, and not allowed" for edge in sorted(needed - allowed)),
    ]


def _unlimited(documents: Documents) -> Iterator[str]:
    for workload in workloads(documents):
        for direction in ("ingress", "egress"):
            if rules(documents, workload, direction) is None:
                yield f"{title(workload)}: {direction} is not limited"


def wanted(documents: Documents) -> Iterator[Edge]:
    """Yield what the code, the servers and whoever looks after them connect to."""
    pods = {called(each) for each in workloads(documents)}
    for service in SERVICES:
        for server, port, outside in (
            SERVERS[setting] for setting in NEEDED[service] if setting in SERVERS
        ):
            if server in pods:
                yield Edge(service, server, port)
            else:
                yield from (Edge(service, ANYWHERE, each) for each in outside)
    yield from (Edge(name, name, port) for name, port in MEMBERS.items() if name in pods)
    if INITIATE.client in pods:
        yield INITIATE
    if AUDIT in pods:
        yield from _audited(pods)
    for pod in pods:
        yield from (Edge(pod, *resolver) for resolver in RESOLVERS)
    # The API server is no pod, and listens where it likes.
    yield from (Edge(clerk, ANYWHERE, EVERY_PORT) for clerk in _clerks(documents))
    yield from _from_beside(documents)
    for _, name, container in served(documents):
        if "OTEL_EXPORTER_OTLP_ENDPOINT" in environment(documents, container):
            yield Edge(name, *COLLECTOR)


def _audited(pods: set[str]) -> Iterator[Edge]:
    for server, port, outside in (SERVERS[setting] for setting in AUDITED):
        if server in pods:
            yield Edge(AUDIT, server, port)
        else:
            yield from (Edge(AUDIT, ANYWHERE, each) for each in outside)
    server, _, outside = SERVERS["STRIPE_KEY"]
    if server not in pods:  # which keeps no books
        yield from (Edge(AUDIT, ANYWHERE, each) for each in outside)


def _from_beside(documents: Documents) -> Iterator[Edge]:
    """Yield what comes in from other namespaces: people, Prometheus and KEDA."""
    doors = {"Ingress": "ingress-nginx", "HTTPRoute": "gateway"}
    for kind, namespace in doors.items():
        if of(documents, kind):
            yield from (Edge(f"namespace {namespace}", name, PORT) for _, name in ROUTES)
    if of(documents, "PodMonitor"):
        yield from (Edge("namespace monitoring", name, PORT) for name in SERVICES)
    if of(documents, "ScaledObject"):
        yield Edge("namespace keda", "nats", 8222)


def _clerks(documents: Documents) -> set[str]:
    """Return the pods whose account may ask the API server for something."""
    accounts = {
        subject["name"]
        for binding in of(documents, "RoleBinding", "ClusterRoleBinding")
        for subject in binding["subjects"]
    }
    return {
        called(workload)
        for workload in workloads(documents)
        if workload["kind"] == "Job"
        and workload["spec"]["template"]["spec"].get("serviceAccountName") in accounts
    }
