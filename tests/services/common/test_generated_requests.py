"""Requests generated from each service's own OpenAPI description, sensible ones and others.

Schemathesis only makes them up; they travel through the world like anybody's.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from pytest import mark
from schemathesis import GenerationMode

from tests.real.tiers import sampled
from tests.services.shop import Json, Shop, problems

EXAMPLES = 8  # of each kind for each call
ANY_CALL = {404, 405}  # what the door says where there is no such route
SERVICES = ["auth", "tickets", "orders", "payments"]


@dataclass(frozen=True)
class Request:
    """One generated request: which call it is for, and what it carries."""

    call: str
    declared: frozenset[int]
    method: str
    path: str
    params: Json
    headers: dict[str, bytes]
    content: bytes | None

    async def by(self, client: httpx.AsyncClient) -> httpx.Response:
        return await client.request(
            self.method,
            self.path,
            params=self.params,
            headers=self.headers,
            content=self.content,
        )


def requests_for(description: Json) -> Iterator[Request]:
    """Yield requests for every call that people may make, the same ones every time."""
    schema = schemathesis.openapi.from_dict(description)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith("/api"):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                for case in _cases(operation.as_strategy(generation_mode=mode)):
                    yield _request(operation, case)


def _cases(strategy: Any) -> list[Any]:
    cases: list[Any] = []
    quick = settings(
        max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )

    def collect(case: Any) -> None:
        cases.append(case)

    try:
        quick(given(strategy)(collect))()
    except Unsatisfiable:  # a call without parameters cannot be made wrongly
        assert not cases
    return cases


def _request(operation: Any, case: Any) -> Request:
    sent = case.as_transport_kwargs(base_url="http://shop")
    headers = {name: _text(value) for name, value in (case.headers or {}).items()}
    if "json" in sent:
        headers["content-type"] = b"application/json"
    return Request(
        call=operation.label,
        declared=frozenset(int(status) for status in operation.definition.raw["responses"]),
        method=sent["method"],
        path=sent["url"].removeprefix("http://shop"),
        params={name: _text(value) for name, value in (sent.get("params") or {}).items()},
        headers=headers,
        content=json.dumps(sent["json"]).encode() if "json" in sent else _bytes(sent.get("data")),
    )


def _text(value: Any) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def _bytes(data: Any) -> bytes | None:
    return data.encode() if isinstance(data, str) else data


def sensible(request: Request, id: str) -> Request:
    """Let a request name what exists, and whole cents, so that it gets further."""
    if "{id}" in request.call:
        request = replace(request, path=f"{request.path.rpartition('/')[0]}/{id}")
    try:
        body = json.loads(request.content or b"")
    except ValueError:
        return request
    if isinstance(body, dict):
        body |= {key: id for key in ("ticketId", "orderId") if key in body}
        body |= {"price": 20.5} if "price" in body else {}
    return replace(request, content=json.dumps(body).encode())


async def something_that_exists(shop: Shop, service: str, seller: Any, buyer: Any) -> str:
    ticket = await shop.ticket(seller)
    if service == "tickets":
        return str(ticket["id"])
    if service == "orders":
        await shop.sleep(1)
        return str(ticket["id"])
    return str((await shop.order(buyer, ticket["id"]))["id"])


def _description_of(play: Any, service: str) -> Json:
    async def script(shop: Shop) -> Any:
        app: Any = shop.world.hosts[service].app
        return app.openapi()

    found: Json = play(script)
    return found


@mark.parametrize("service", sampled(SERVICES, every=2))
def test_no_generated_request_breaks_a_service(play, service):
    generated = list(requests_for(_description_of(play, service)))

    async def script(shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        id = await something_that_exists(shop, service, sue, ana)
        better = [sensible(request, id) for request in generated]
        return [
            (request, await request.by(client))
            for client in (shop.stranger(), sue.client, ana.client)
            for request in (*generated, *better)
        ]

    seen: Counter[tuple[str, int]] = Counter()
    for request, answer in play(script):
        _check(request, answer)
        seen[request.call, answer.status_code] += 1
    _check_reach(service, seen)


def _check(request: Request, answer: httpx.Response) -> None:
    status = answer.status_code
    assert status in request.declared | ANY_CALL, (request, status, answer.text)
    if status >= 400:
        assert problems(answer), request
    elif status != 204 and not answer.headers["content-type"].startswith("text/html"):
        assert isinstance(answer.json(), dict | list), request


def _check_reach(service: str, seen: Counter[tuple[str, int]]) -> None:
    statuses = {status for _, status in seen}
    wanted = {
        "auth": {200, 201, 202, 400},
        "tickets": {200, 201, 400, 401, 403, 404},
        "orders": {200, 201, 400, 401, 404},
        "payments": {400, 401, 403, 404},
    }
    assert wanted[service] <= statuses, f"the requests did not get far enough: {seen}"
