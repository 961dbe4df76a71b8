"""People's paths lead where the gateway of the code leads them."""

from collections.abc import Iterator

from tests.deploy.kubernetes.documents import Document, Documents, of, title
from tests.deploy.kubernetes.facts import HOST, ROUTES


def findings(documents: Documents) -> list[str]:
    """Return the routes that differ from those of the code."""
    found = [*_ingresses(documents), *_routes(documents)]
    if len(of(documents, "Ingress")) > 1 or bool(of(documents, "Ingress")) == bool(_led(documents)):
        found.append("there is not one way in: an Ingress or HTTPRoutes")
    return found


def _led(documents: Documents) -> list[Document]:
    """Return the HTTPRoutes that lead somewhere; others only redirect."""
    return [
        route
        for route in of(documents, "HTTPRoute")
        if any("backendRefs" in rule for rule in route["spec"]["rules"])
    ]


def _ingresses(documents: Documents) -> Iterator[str]:
    for ingress in of(documents, "Ingress"):
        for rule in ingress["spec"]["rules"]:
            paths = rule["http"]["paths"]
            led = {each["path"]: each["backend"]["service"]["name"] for each in paths}
            kinds = {each["pathType"] for each in paths}
            yield from _compared(title(ingress), [rule.get("host")], led)
            if kinds != {"Prefix"}:
                yield f"{title(ingress)}: a path is not a prefix"


def _routes(documents: Documents) -> Iterator[str]:
    routes = _led(documents)
    led: dict[str, str] = {}
    for route in routes:
        for rule in route["spec"]["rules"]:
            for match in rule.get("matches", ({"path": {"type": "PathPrefix", "value": "/"}},)):
                path = match["path"]
                led[path["value"]] = rule["backendRefs"][0]["name"]
                if path.get("type", "PathPrefix") != "PathPrefix":
                    yield f"{title(route)}: {path['value']} is not a prefix"
    if routes:
        hosts = [host for route in routes for host in route["spec"].get("hostnames", [None])]
        yield from _compared("HTTPRoute", hosts, led)


def _compared(where: str, hosts: list[str | None], led: dict[str, str]) -> Iterator[str]:
    yield from (f"{where}: is for {host}, not {HOST}" for host in hosts if host != HOST)
    for path, service in sorted(set(led.items()) ^ set(ROUTES)):
        known = "leads astray" if (path, service) in led.items() else "is missing"
        yield f"{where}: {path} to {service} {known}"
