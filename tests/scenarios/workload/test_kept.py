"""People look at the head of each answer: who may keep it, when to come again, and its cookies."""

import httpx
from pytest import mark, raises

from scenarios.answers import Surprise
from scenarios.workload.kept import promised_head
from tests.scenarios.workload.replies import SAFE

COOKIE = "jwt=t; HttpOnly; Max-Age=1800; Path=/; SameSite=strict; Secure"
DEVICE = "device=d; HttpOnly; Max-Age=31536000; Path=/api/users; SameSite=strict; Secure"
HEADS = {
    "what is personal may be kept": ("GET", "/api/orders", 200, {"Cache-Control": "private"}, ""),
    "nothing is said of keeping": ("GET", "/api/orders", 200, {"Cache-Control": ""}, ""),
    "nobody says when": ("POST", "/api/orders", 429, {"Retry-After": ""}, ""),
    "no session": ("POST", "/api/users/signin", 200, {}, ""),
    "a script may read it": (
        "POST",
        "/api/users/signin",
        200,
        {},
        COOKIE.replace("HttpOnly; ", ""),
    ),
    "it goes over HTTP": ("POST", "/api/users/signin", 200, {}, COOKIE.replace("; Secure", "")),
    "others may send it": ("POST", "/api/users/signin", 200, {}, COOKIE.replace("strict", "lax")),
    "it lasts an hour": ("POST", "/api/users/signin", 200, {}, COOKIE.replace("1800", "3600")),
    "it is for one service": ("POST", "/api/users/signin", 200, {}, COOKIE.replace("=/", "=/api")),
    "a device for all": ("POST", "/api/users/signin", 200, {}, DEVICE.replace("/api/users", "/")),
    "given by the way": ("GET", "/api/orders", 200, {}, COOKIE),
    "it is not over": ("POST", "/api/users/signout", 200, {}, COOKIE.replace("1800", "0")),
}


def head(method, path, status, headers, *cookies):
    said = httpx.Headers([*(SAFE | headers).items(), *(("Set-Cookie", it) for it in cookies if it)])
    request = httpx.Request(method, f"https://shop.test{path}")
    promised_head(httpx.Response(status, json={"errors": []}, headers=said, request=request))


@mark.parametrize("said", HEADS.values(), ids=HEADS)
def test_a_head_that_does_not_say_what_it_has_to_is_a_surprise(said):
    with raises(Surprise):
        head(*said)


def test_a_head_that_says_what_it_has_to_is_none():
    head("POST", "/api/users/signin", 200, {}, COOKIE, DEVICE)
    head("GET", "/api/tickets", 200, {"Cache-Control": "no-cache"})
    head("POST", "/api/orders", 429, {"Retry-After": "30"})


def test_the_head_of_who_stands_before_the_shop_is_not_the_shops():
    request = httpx.Request("GET", "https://shop.test/api/orders")
    promised_head(httpx.Response(429, json={"detail": "refused"}, request=request))
