"""Ports are called by their names, from the way in to the container."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.deploy.kubernetes.documents import (
    Document,
    Documents,
    containers,
    each_container,
    labels,
    named,
    of,
    ports,
    selects,
    template,
    title,
    workloads,
)

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
DEFAULT = {
    "mongodb": 27017,
    "redis": 6379,
    "nats": 4222,
    "smtp": 587,
    "smtps": 465,
    "http": 80,
    "https": 443,
}


def findings(documents: Documents) -> list[str]:
    """Return the ports that lead nowhere."""
    found = [*_services(documents), *_probes(documents), *_ways_in(documents)]
    return [*found, *_monitors(documents), *_addresses(documents)]


def behind(documents: Documents, selector: Mapping[str, Any]) -> list[Document]:
    """Return the workloads whose pods a selector takes."""
    return [each for each in workloads(documents) if selects(selector, labels(template(each)))]


def _services(documents: Documents) -> Iterator[str]:
    for service in of(documents, "Service"):
        for workload in behind(documents, {"matchLabels": service["spec"].get("selector", {})}):
            for port in service["spec"]["ports"]:
                target = port.get("targetPort", port["port"])
                if not isinstance(target, str):
                    yield f"{title(service)}: says port {target} by number"
                elif target not in ports(workload):
                    yield f"{title(service)}: {title(workload)} has no port {target}"


def _probes(documents: Documents) -> Iterator[str]:
    for where, _, container in each_container(documents):
        own = {port.get("name") for port in container.get("ports", ())}
        for name in PROBES:
            probe = container.get(name, {})
            for way in ("httpGet", "tcpSocket", "grpc"):
                port = probe.get(way, {}).get("port")
                if port is not None and port not in own:
                    yield f"{where}: {name} asks port {port}, which has no such name"


def _ways_in(documents: Documents) -> Iterator[str]:
    for ingress in of(documents, "Ingress"):
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                to = path["backend"]["service"]
                yield from _leads(documents, ingress, to["name"], to["port"].get("name"))
    for route in of(documents, "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            for to in rule.get("backendRefs", ()):  # a redirect leads to no Service
                yield from _leads(documents, route, to["name"], to.get("port"))


def _leads(documents: Documents, way: Document, name: str, port: object) -> Iterator[str]:
    try:
        offered = named(documents, "Service", name)["spec"]["ports"]
    except LookupError:
        yield f"{title(way)}: no Service/{name}"
        return
    if port not in [each for one in offered for each in (one.get("name"), one["port"])]:
        yield f"{title(way)}: Service/{name} has no port {port}"


def _monitors(documents: Documents) -> Iterator[str]:
    for monitor in of(documents, "PodMonitor"):
        watched = behind(documents, monitor["spec"]["selector"])
        if not watched:
            yield f"{title(monitor)}: watches nothing"
        for endpoint in monitor["spec"]["podMetricsEndpoints"]:
            for workload in watched:
                if endpoint["port"] not in ports(workload):
                    yield f"{title(monitor)}: {title(workload)} has no port {endpoint['port']}"


def _addresses(documents: Documents) -> Iterator[str]:
    services = {each["metadata"]["name"]: each for each in of(documents, "Service")}
    for held in of(documents, "Secret", "ConfigMap"):
        for key, value in {**held.get("data", {}), **held.get("stringData", {})}.items():
            if "\n" not in value:
                yield from _reached(services, f"{title(held)} {key}", value)
    for workload in workloads(documents):
        for container in containers(workload):
            for variable in container.get("env", ()):
                for url in str(variable.get("value", "")).split(","):
                    yield from _reached(services, f"{title(workload)} {variable['name']}", url)


def _reached(services: Mapping[str, Document], where: str, url: str) -> Iterator[str]:
    """Yield what is wrong with a URL that stays inside the installation."""
    if "://" not in url or "$(" in url:
        return
    parts = urlsplit(url)
    for each in parts.netloc.rpartition("@")[2].split(","):
        host, _, port = each.partition(":")
        name = _service(host, services)
        if name is None:
            if "." not in host:
                yield f"{where}: no Service/{host}"
            continue
        wanted = int(port or DEFAULT.get(parts.scheme, 0))
        if wanted not in [one["port"] for one in services[name]["spec"]["ports"]]:
            yield f"{where}: Service/{name} has no port {wanted}"


def _service(host: str, services: Mapping[str, Document]) -> str | None:
    """Return the Service of `nats`, `nats.boxoffice.svc` or `nats-0.nats`."""
    return next((part for part in host.split(".")[:2] if part in services), None)
