"""The handbook says what the services do today, and is what it says that it is."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema
import jsonschema_rs
from pytest import fixture, mark, raises, skip
from schemathesis.specs.openapi.adapter.validators import validate_v3

from scenarios.catalogue import scenario_named
from services.common.events import EVENTS
from tests.docs.api import FOLDER, Json, documents, files, openapi, text
from tests.real.servers import REAL
from tests.real.tiers import unhurried
from tests.scenarios.audit.looked import watched

SPECS = REAL / "asyncapi" / "node_modules" / "@asyncapi" / "specs" / "schemas"
PROBLEM = {"Problems": {"type": "object"}}


@fixture(scope="module")
def written() -> Mapping[str, Json]:
    return documents()


def test_the_documents_are_up_to_date(written: Mapping[str, Json]) -> None:
    there = {it.name: it for it in FOLDER.iterdir() if it.suffix in (".html", ".json")}
    assert {name: it.read_text(encoding="utf-8") for name, it in there.items()} == files(written), (
        "run: python -m tests.docs.api"
    )


def test_the_page_names_every_call_event_field_and_status(written: Mapping[str, Json]) -> None:
    page = files(written)["index.html"]
    shop, events = written["openapi.json"], written["asyncapi.json"]
    for path, calls in shop["paths"].items():
        for how, call in calls.items():
            _, _, after = page.partition(f"<code>{how.upper()} {path}</code></h3>")
            own, everywhere = after.partition("</table>\n<h3")[0], page.partition("<section")[0]
            for status in call["responses"]:
                assert f"<td><code>{status}</code></td>" in own + everywhere
    for schema in (*shop["components"]["schemas"].values(), *_described(events)):
        for field in schema.get("properties", {}):
            assert f"<td><code>{field}</code></td>" in page
    assert all(f"<td><code>{type}</code></td>" in page for type in EVENTS)


def _described(events: Json) -> Iterable[Json]:
    schemas: Json = events["components"]["schemas"]
    return schemas.values()


def test_the_shop_is_valid_openapi(written: Mapping[str, Json]) -> None:
    shop = written["openapi.json"]
    validate_v3(shop)
    broken = json.loads(text(shop).replace('"description": "Unauthorized"', '"descriptor": ""'))
    assert broken != shop
    with raises(jsonschema_rs.ValidationError):
        validate_v3(broken)


def test_two_services_do_not_mean_two_things_by_one_name() -> None:
    one = {"paths": {}, "components": {"schemas": PROBLEM}}
    other = {"paths": {}, "components": {"schemas": {"Problems": {"type": "array"}}}}
    assert openapi({"auth": one, "orders": one})["components"]["schemas"] == PROBLEM
    with raises(ValueError, match="orders has another Problems"):
        openapi({"auth": one, "orders": other})


def test_every_message_of_a_run_is_as_it_is_described(written: Mapping[str, Json]) -> None:
    stream = watched(scenario_named("late-cancel"), 0).look().stream
    seen = {it.subject for it in stream}
    assert {"ticket.updated", "order.cancelled"} <= seen
    for it in stream:
        described = {**written["asyncapi.json"], **_payload(it.subject)}
        jsonschema.validate(it.data, described)
        other = it.data | {"type": "ticket.sold"}
        with raises(jsonschema.ValidationError):
            jsonschema.validate(other, described)


def _payload(subject: str) -> Json:
    return {"$ref": f"#/components/messages/{EVENTS[subject].__name__}/payload"}


@unhurried
@mark.parametrize("broken", [False, True])
def test_the_events_are_valid_asyncapi(written: Mapping[str, Json], broken: bool) -> None:
    if not SPECS.is_dir():
        skip("real: no asyncapi; make test-real has one")
    rules: dict[str, Any] = json.loads((SPECS / "3.0.0.json").read_text(encoding="utf-8"))
    events = dict(written["asyncapi.json"])
    if broken:
        del events["info"]
        with raises(jsonschema.ValidationError):
            jsonschema.validate(events, rules)
    else:
        jsonschema.validate(events, rules)
