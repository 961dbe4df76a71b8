"""Methods and headers: what may be asked, and what may be kept of the answer."""

import httpx
from pytest import mark

from services.common.middleware import LARGEST_BODY
from tests.services.common.test_door import CALLS, JSON
from tests.services.shop import refused


@mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/users/signin", "POST"),
        ("DELETE", "/api/users/currentuser", "GET, HEAD"),
        ("PATCH", "/api/tickets", "GET, HEAD, POST"),
        ("DELETE", "/api/tickets/" + "0" * 24, "GET, HEAD, PUT"),
        ("OPTIONS", "/api/tickets", "GET, HEAD, POST"),
        ("PUT", "/api/orders", "GET, HEAD, POST"),
        ("POST", "/api/orders/" + "0" * 24, "DELETE, GET, HEAD"),
        ("GET", "/api/payments", "POST"),
        ("TRACE", "/api/orders", "GET, HEAD, POST"),
        ("BREW", "/api/orders", "GET, HEAD, POST"),
        ("POST", "/metrics", "GET, HEAD"),
    ],
)
def test_an_unknown_method_is_not_allowed_and_all_that_are_allowed_are_named(
    play, method, path, allowed
):
    async def script(shop):
        return await shop.stranger().request(method, path)

    answer = play(script)
    refused(answer, 405, "Method Not Allowed")
    assert answer.headers["allow"] == allowed


def differing(headers: httpx.Headers) -> dict[str, str]:
    """Return all headers but those that no two answers have in common."""
    return {name: value for name, value in headers.items() if name != "traceresponse"}


@mark.parametrize("signed_in_first", [False, True])
def test_head_answers_wherever_get_does_with_the_same_headers_and_no_body(play, signed_in_first):
    async def script(shop):
        ana = await shop.person("ana")
        ticket = await shop.ticket(ana)
        order = await shop.order(ana, ticket["id"])
        client = ana.client if signed_in_first else shop.stranger()
        for path in (
            "/api/users/currentuser",
            "/api/tickets",
            "/api/tickets?limit=x",
            f"/api/tickets/{ticket['id']}",
            "/api/orders",
            f"/api/orders/{order['id']}",
            "/api/payments/" + "0" * 24,
            "/nowhere",
            "/livez",
            "/readyz",
            "/openapi.json",
        ):
            got, head = await client.get(path), await client.head(path)
            assert head.content == b""
            assert head.status_code == got.status_code
            assert differing(head.headers) == differing(got.headers)
            assert head.headers["content-length"] == str(len(got.content))
        assert (await client.head("/metrics")).status_code == 200
        assert (await client.head("/api/users/signin")).headers["allow"] == "POST"
        return (await client.get("/metrics")).text

    metrics = play(script)
    assert 'boxoffice_requests_total{method="HEAD",status="200"}' in metrics


def test_nothing_is_kept_by_a_cache_but_what_is_for_everybody(play):
    async def script(shop):
        ana = await shop.person("ana")
        ticket = await shop.ticket(ana)
        order = await shop.order(ana, ticket["id"])
        public = [f"/api/tickets/{ticket['id']}", "/api/tickets"]
        personal = [
            "/api/users/currentuser",
            "/api/orders",
            f"/api/orders/{order['id']}",
            "/api/orders/x",
            "/api/payments/x",
            "/api/users/signin",
            "/nowhere",
        ]
        for path in (*public, *personal):
            answer = await ana.client.get(path)
            assert answer.headers["cache-control"] == ("no-cache" if path in public else "no-store")
            assert answer.headers["x-content-type-options"] == "nosniff"
        for path in CALLS:
            for content in (b"{}", b"x" * (LARGEST_BODY + 1)):
                answer = await ana.client.post(path, content=content, headers=JSON)
                assert answer.headers["cache-control"] == "no-store"
                assert answer.headers["x-content-type-options"] == "nosniff"

    play(script)
