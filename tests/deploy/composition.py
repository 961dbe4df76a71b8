"""What may be wrong with compose.yaml: one question a function, asked of the parsed file."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from scenarios.shop.system import ROUTES
from services.common.run import PATIENCE_S
from services.common.settings import NEEDED, BadSetting, read
from tests.house import tree

Document = dict[str, Any]
FILE: Final = tree.ROOT / "compose.yaml"
IMAGE: Final = f"boxoffice:{tree.pyproject()['version']}"
PORT: Final = 3000
GATEWAY: Final = "gateway"
STATEFUL: Final = {"mongo": "/data/db", "nats": "/data", "redis": "/data"}
PINNED: Final = re.compile(r"(?:[\w.-]+/)*[\w.-]+:v?\d+\.\d+\.\d+(?:-[\w.]+)?")
# ${NAME:-default} or ${NAME:?what to do}, as Compose puts in what the environment says.
VARIABLE: Final = re.compile(r"\$\{(\w+):([-?])([^}]*)\}")
ROUTE: Final = re.compile(r"handle (/\S+)\* \{\s+reverse_proxy (\w+):(\d+)\s+\}")
FROM_OUTSIDE: Final = {"JWT_KEY": "k" * 32}


def document() -> Document:
    """Return compose.yaml with its anchors resolved."""
    parsed = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    # By way of JSON, or what shares an anchor would be changed together.
    found: Document = json.loads(json.dumps(parsed))
    return found


def faults(found: Document) -> Iterator[str]:
    """Yield what is wrong, each with the service that it is about."""
    yield from _of_all(found)
    for name, service in found["services"].items():
        yield from (f"{name}: {fault}" for fault in _of_any(found, name, service))
        if name in NEEDED:
            yield from (f"{name}: {fault}" for fault in _of_ours(name, service))
    yield from _of_gateway(found)
    yield from _of_durability(found)


def interpolated(text: str) -> str:
    """Return a value as the service finds it, when only what has no default is set."""
    return VARIABLE.sub(lambda it: it[3] if it[2] == "-" else FROM_OUTSIDE.get(it[1], ""), text)


def _of_all(found: Document) -> Iterator[str]:
    for name in {*NEEDED, *STATEFUL, GATEWAY} - found["services"].keys():
        yield f"{name}: missing"
    # Builds of one image at the same time fail where the engine's store is containerd's:
    # https://github.com/desec-io/desec-stack/issues/1233
    builds = [service["build"] for service in found["services"].values() if "build" in service]
    if builds != ["."]:
        yield f"the image is built {len(builds)} times"


def _of_any(found: Document, name: str, service: Document) -> Iterator[str]:
    if not PINNED.fullmatch(service["image"]):
        yield f"image {service['image']} is not pinned"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "may gain privileges"
    if service.get("read_only") and service.get("configs"):
        yield "Compose cannot write a config into a read-only container"
    for each in service.get("ports", []):
        if not each.startswith("127.0.0.1:"):
            yield f"port {each} is open to other machines"
    for other, how in service.get("depends_on", {}).items():
        if how["condition"] == "service_healthy" and not _is_probed(found, other):
            yield f"waits for the health of {other}, which has no healthcheck"
    if name in STATEFUL and _volume(found, service) != STATEFUL[name]:
        yield f"does not keep {STATEFUL[name]} in a named volume"


def _of_ours(name: str, service: Document) -> Iterator[str]:
    if service.get("command") != [name]:
        yield f"the command is {service.get('command')}"
    if service["image"] != IMAGE or service.get("pull_policy") != "never":
        yield f"image {service['image']} is not this version's, built here"
    if not service.get("read_only") or service.get("cap_drop") != ["ALL"] or "ports" in service:
        yield "is open wider than it need be"
    if not service.get("init"):
        yield "is process 1, and no second signal reaches it"
    if _seconds(service.get("stop_grace_period", "10s")) <= PATIENCE_S:
        yield "is killed before it has ended in good order"
    if f"127.0.0.1:{PORT}/readyz" not in " ".join(service.get("healthcheck", {}).get("test", [])):
        yield "is not asked whether it is ready"
    yield from _of_environment(name, service)


def _of_environment(name: str, service: Document) -> Iterator[str]:
    given: Mapping[str, str] = service.get("environment", {})
    servers = {_host(interpolated(url)) for url in given.values() if "://" in url}
    values = {variable: interpolated(str(value)) for variable, value in given.items()}
    try:
        settings = read(name, values)
    except BadSetting as bad:
        yield str(bad)
        return
    for variable, value in given.items():
        if variable.lower() not in type(settings).model_fields:
            yield f"{variable} is no setting"
        if variable.endswith("_KEY") and not VARIABLE.fullmatch(value):
            yield f"the value of {variable} is written down"
        if variable == "JWT_KEY" and ":-" in value:
            yield "everybody would have the same JWT_KEY"
    for server in servers - {"localhost"} - service.get("depends_on", {}).keys():
        yield f"reaches for {server}, which may end first"


def _of_gateway(found: Document) -> Iterator[str]:
    routes = found["configs"]["routes"]["content"]
    given = {(path, service) for path, service, _ in ROUTE.findall(routes)}
    if given != set(ROUTES):
        yield f"gateway: routes {sorted(given ^ set(ROUTES))}"
    if {int(port) for _, _, port in ROUTE.findall(routes)} != {PORT}:
        yield f"gateway: the services listen on {PORT}"
    waits = found["services"][GATEWAY].get("depends_on", {})
    if waits.keys() != NEEDED.keys():
        yield "gateway: opens before every service is ready"


def _of_durability(found: Document) -> Iterator[str]:
    """What a server acknowledges is on the disk by then: it is not asked for again."""
    services = found["services"]
    for name in NEEDED:
        url = services[name].get("environment", {}).get("MONGO_URL", "")
        if "MONGO_URL" in NEEDED[name] and "journal=true" not in url.partition("?")[2]:
            yield f"{name}: MongoDB may acknowledge what is not in its journal"
    if not re.search(r"(?m)^\s*sync_interval: always$", found["configs"]["broker"]["content"]):
        yield "nats: JetStream may acknowledge what is not on the disk"
    command = " ".join(services.get("redis", {}).get("command", []))
    for option in ("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction"):
        if option not in command:
            yield f"redis: may lose a timer without {option}"


def _is_probed(found: Document, name: str) -> bool:
    return "healthcheck" in found["services"].get(name, {})


def _volume(found: Document, service: Document) -> str | None:
    volume, _, target = next(iter(service.get("volumes", [])), "").partition(":")
    return target if volume in found["volumes"] else None


def _host(url: str) -> str:
    return url.split("://")[1].split("/")[0].split(":")[0]


def _seconds(text: str) -> float:
    matched = re.fullmatch(r"(\d+)s", text)
    assert matched, f"{text} is not a number of seconds"
    return float(matched[1])
