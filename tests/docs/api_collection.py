"""The API as a Postman collection, made of openapi.json: what Postman, Bruno and others import.

Played from its first request to its last, it signs somebody up, sells them their own ticket and
signs them out.  Source: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]

SCHEMA: Final = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
HERE: Final = "http://127.0.0.1:8000"  # of `boxoffice up`
VALUES: Final = {
    "email": "{{email}}",
    "password": "correct horse",
    "title": "Front row",
    "price": 45,
    "ticketId": "{{ticketId}}",
    "orderId": "{{orderId}}",
    "token": "tok_visa",
}
# What was made last is what a path asks for.
MADE: Final = {"tickets": "ticketId", "orders": "orderId", "payments": "paymentId"}
# Else nothing is left to pay for, and nobody signed in: at the end of all.
AT_LAST: Final = ("DELETE /api/orders/{id}", "POST /api/users/signout")
# By then a cancellation is too late, unless orders has yet to hear of the payment; a token is none.
REFUSED: Final = {"DELETE /api/orders/{id}": ("400",), "POST /api/users/reset-password": ("400",)}
SOMEBODY: Final = """\
pm.collectionVariables.set("email", pm.variables.replaceIn("{{$randomUUID}}@example.com"));"""
# One service may not have heard yet of what another has made.
AGAIN: Final = """\
if (pm.response.code === 404 && Number(pm.collectionVariables.get("tries")) < 50) {
  pm.collectionVariables.set("tries", Number(pm.collectionVariables.get("tries")) + 1);
  setTimeout(() => {}, 200);
  pm.execution.setNextRequest(pm.info.requestName);
  return;
}
pm.collectionVariables.set("tries", 0);"""


def collection(http: Json) -> Json:
    """Return the collection."""
    found = {_name(*it[:2]): it for it in _each(http)}
    names = sorted(found, key=lambda it: AT_LAST.index(it) if it in AT_LAST else -1)
    return {
        "info": {
            "name": http["info"]["title"],
            "description": http["info"]["description"],
            "schema": SCHEMA,
        },
        "variable": [
            {"key": "url", "value": HERE},
            {"key": "tries", "value": "0"},
            *({"key": key, "value": ""} for key in ("email", *MADE.values())),
        ],
        "item": [_item(name, http, *found[name]) for name in names],
    }


def _each(http: Json) -> Iterator[tuple[str, str, Json]]:
    return ((path, how, it) for path, calls in http["paths"].items() for how, it in calls.items())


def _name(path: str, how: str) -> str:
    return f"{how.upper()} {path}"


def _item(name: str, http: Json, path: str, how: str, call: Json) -> Json:
    [service] = call["tags"]
    parts = path.strip("/").replace("{id}", ":id").split("/")
    url: Json = {"raw": "/".join(("{{url}}", *parts)), "host": ["{{url}}"], "path": parts}
    if ":id" in parts:
        url["variable"] = [{"key": "id", "value": f"{{{{{MADE[service]}}}}}"}]
    request: Json = {"method": how.upper(), "url": url, "description": call["summary"]}
    if sent := call.get("requestBody"):
        request |= _body(http, sent["content"]["application/json"]["schema"]["$ref"])
    events = [_script("test", _test(name, service, call))]
    if name == "POST /api/users/signup":
        events.append(_script("prerequest", SOMEBODY))
    return {"name": name, "event": events, "request": request}


def _body(http: Json, reference: str) -> Json:
    schema = http["components"]["schemas"][reference.rpartition("/")[2]]
    raw = json.dumps({field: VALUES[field] for field in schema["required"]}, indent=1)
    return {
        "header": [{"key": "Content-Type", "value": "application/json"}],
        "body": {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}},
    }


def _test(name: str, service: str, call: Json) -> str:
    good = [status for status in call["responses"] if status < "400"]
    wanted = json.dumps([int(it) for it in (*good, *REFUSED.get(name, ()))])
    said = (
        f'pm.test("answers as it should", () => pm.expect(pm.response.code).to.be.oneOf({wanted}));'
    )
    lines = [AGAIN, said] if name.startswith("POST") else [said]
    if "201" in good and service in MADE:
        lines.append(f'pm.collectionVariables.set("{MADE[service]}", pm.response.json().id);')
    return "\n".join(lines)


def _script(when: str, text: str) -> Json:
    return {"listen": when, "script": {"type": "text/javascript", "exec": text.split("\n")}}
