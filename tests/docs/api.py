"""The handbook: the shop's HTTP and its events as documents that tools read, and as a page.

`python -m tests.docs.api` writes them from the services as they are: OpenAPI from their routes,
AsyncAPI from the models of the events, who may publish them, and what each consumer asks for.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from k8s.users import PUBLISHES
from scenarios.shop.system import ADDRESS, ROUTES
from scenarios.shop.world import World
from services.common.events import EVENTS, Envelope
from services.common.messaging import STREAM
from services.common.session import COOKIE
from tests.docs import api_collection, api_page
from tests.house import tree

Json = dict[str, Any]

FOLDER: Final = tree.ROOT / "services" / "common" / "handbook"
MODEL: Final = "#/components/schemas/{model}"
OPENED_S: Final = 5.0  # after which every consumer is there
CLOUD_EVENT: Final = "application/cloudevents+json"
OF_HTTP: Final = (
    "Every answer that is no success has `errors`, a list of messages. A ticket's version is its "
    "ETag: with If-Match, only who has seen the newest one changes it (409, 412)."
)
OF_EVENTS: Final = (
    f"Events of the JetStream stream {STREAM}: at least once, late and in any order. Each says the "
    "version of its aggregate, by which a consumer tells what is a duplicate and what is missing."
)


def documents() -> Mapping[str, Json]:
    """Return what each document holds, by the name of its file."""
    apps, consumed = _asked()
    return {"openapi.json": openapi(apps), "asyncapi.json": asyncapi(consumed)}


def files(found: Mapping[str, Json]) -> Mapping[str, str]:
    """Return the text of each file, by its name: the documents, and what is made of them."""
    http = found["openapi.json"]
    made = {"collection.json": api_collection.collection(http)}
    page = api_page.html(http, found["asyncapi.json"])
    return {**{name: text(it) for name, it in {**found, **made}.items()}, "index.html": page}


def text(document: Json) -> str:
    """Return what a file of it holds."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def openapi(apps: Mapping[str, Json]) -> Json:
    """Put all descriptions into one.  Raises: ValueError, for a name that two have."""
    paths, schemas = Json(), Json()
    for service, described in apps.items():
        for path, operations in described["paths"].items():
            if path.startswith("/api/"):
                paths[path] = {how: _tagged(it, service) for how, it in operations.items()}
        for name, schema in described["components"]["schemas"].items():
            if schemas.setdefault(name, schema) != schema:
                raise ValueError(f"{service} has another {name} than a service before it")
    session = {"type": "apiKey", "in": "cookie", "name": COOKIE}
    return {
        "openapi": "3.1.0",
        "info": _info(OF_HTTP),
        "servers": [{"url": ADDRESS}],
        "tags": [{"name": service} for service in apps],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"session": session}},
    }


def _tagged(operation: Json, service: str) -> Json:
    known = {"security": [{"session": []}]} if "401" in operation["responses"] else {}
    return {**operation, "tags": [service], **known}


def asyncapi(consumed: Mapping[str, list[str]]) -> Json:
    """Describe every event, who publishes it, and which consumers ask for it."""
    models = [(it, "validation") for it in (*EVENTS.values(), Envelope)]
    _, found = models_json_schema(models, by_alias=True, ref_template=MODEL)
    names = {type: model.__name__ for type, model in EVENTS.items()}
    return {
        "asyncapi": "3.0.0",
        "info": _info(OF_EVENTS),
        "defaultContentType": CLOUD_EVENT,
        "servers": {"nats": {"host": "nats:4222", "protocol": "nats"}},
        "channels": {
            type: {"address": type, "messages": {name: _to(f"components/messages/{name}")}}
            for type, name in names.items()
        },
        "operations": {
            **{f"{who}.sends.{type}": _does("send", type) for who, type in _each(PUBLISHES)},
            **{f"{who}.receives.{type}": _does("receive", type) for who, type in _each(consumed)},
        },
        "components": {
            "messages": {name: _message(type, name) for type, name in names.items()},
            "schemas": found["$defs"],
        },
    }


def _each(types: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    return [(who, type) for who in sorted(types) for type in types[who] if type in EVENTS]


def _message(type: str, name: str) -> Json:
    own = {"properties": {"type": {"const": type}, "data": _to(f"components/schemas/{name}")}}
    return {"name": type, "payload": {"allOf": [_to("components/schemas/Envelope"), own]}}


def _does(action: str, type: str) -> Json:
    return {"action": action, "channel": _to(f"channels/{type}")}


def _to(place: str) -> Json:
    return {"$ref": f"#/{place}"}


def _info(description: str) -> Json:
    project = tree.pyproject()
    return {"title": "Boxoffice", "version": project["version"], "description": description}


def _asked() -> tuple[Mapping[str, Json], Mapping[str, list[str]]]:
    world = World(0)

    async def ask(world: World) -> tuple[Mapping[str, Json], Mapping[str, list[str]]]:
        await world.passes(OPENED_S)
        apps = {service: world.hosts[service].app.openapi() for _, service in ROUTES}
        consumers = world.backends.nats.streams[STREAM].consumers
        return apps, {name: it.config["filter_subjects"] for name, it in consumers.items()}

    found: tuple[Mapping[str, Json], Mapping[str, list[str]]] = world.run(ask)
    return found


def main() -> None:
    """Write the files."""
    for name, written in files(documents()).items():
        (FOLDER / name).write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
