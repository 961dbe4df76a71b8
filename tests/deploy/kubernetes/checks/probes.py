"""Probes ask what the app serves, and each asks the right question.

Whether a service is alive says nothing of the servers that it needs, or all of its replicas would
be killed when one of those is away; whether it is ready does.
"""

from collections.abc import Iterator

from tests.deploy.kubernetes.checks.settings import served
from tests.deploy.kubernetes.documents import Document, Documents, of, pod, ports, title
from tests.deploy.kubernetes.facts import PORT, SERVICES, answer

ALONE = ("startupProbe", "livenessProbe")  # these must answer with every other server away


def findings(documents: Documents) -> list[str]:
    """Return the probes that are missing, ask for what is not served, or ask too much."""
    found = [*_metrics(documents), *_servers(documents)]
    for workload, name, container in served(documents):
        if name in SERVICES:
            found += [f"{title(workload)}: {each}" for each in _wrong(name, container)]
    return found


def _wrong(name: str, container: Document) -> Iterator[str]:
    listening = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
    for probe in (*ALONE, "readinessProbe"):
        asked = container.get(probe, {}).get("httpGet")
        if asked is None:
            yield f"no {probe} over HTTP"
            continue
        if listening.get(asked["port"], asked["port"]) != PORT:
            yield f"{probe} asks port {asked['port']}, and the app listens on {PORT}"
        status, wanted = answer(name, asked["path"]), 200 if probe in ALONE else 503
        if status != wanted:
            yield f"{probe} asks {asked['path']}: {status} with every server away, not {wanted}"


def _metrics(documents: Documents) -> Iterator[str]:
    watched = {name for _, name, _ in served(documents)} & set(SERVICES)
    for monitor in of(documents, "PodMonitor"):
        for endpoint in monitor["spec"]["podMetricsEndpoints"]:
            path = endpoint.get("path", "/metrics")
            for name in sorted(watched):
                if (status := answer(name, path)) != 200:
                    yield f"{title(monitor)}: {name} answers {path} with {status}"


def _servers(documents: Documents) -> Iterator[str]:
    for workload in of(documents, "StatefulSet"):
        for container in pod(workload)["containers"]:
            for probe in (*ALONE[1:], "readinessProbe"):
                if probe not in container:
                    yield f"{title(workload)} {container['name']}: no {probe}"
        if not ports(workload):
            yield f"{title(workload)}: listens on no port"
