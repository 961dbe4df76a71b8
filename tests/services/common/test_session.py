"""Session cookies, as written and as read."""

import json
from datetime import timedelta
from typing import Any

import jwt
from fastapi import Request, Response
from pytest import mark

from boxoffice.clock.clock import EPOCH, HostClock
from services.common.session import LIFETIME, Session, Sessions

KEY = "k" * 32
BEGAN = int(EPOCH.timestamp())
LIFETIME_S = LIFETIME / timedelta(seconds=1)
CLAIMS = {"id": "a", "email": "ana@example.com", "iat": BEGAN, "exp": BEGAN + 1_800, "epoch": 2}


def sessions(at_s: float = 0.0, **options: Any) -> Sessions:
    return Sessions(KEY, HostClock(lambda: at_s), **options)


def request(token: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"jwt={token}".encode())]})


def cookie(**options: Any) -> str:
    response = Response()
    sessions(**options).open(response, "a", "ana@example.com", 2)
    return response.headers["set-cookie"]


def test_what_is_written_is_read_again():
    token = cookie().removeprefix("jwt=").split(";")[0]
    assert sessions().read(request(token)) == Session(**CLAIMS)


@mark.parametrize(("at_s", "alive"), [(0, True), (LIFETIME_S - 1, True), (LIFETIME_S, False)])
def test_a_session_lasts_for_its_lifetime_by_the_clock_that_was_handed_in(at_s, alive):
    token = cookie().removeprefix("jwt=").split(";")[0]
    assert (sessions(at_s).read(request(token)) is not None) == alive


def test_a_token_is_checked_once_and_ends_all_the_same(monkeypatch):
    now, checked = [0.0], []
    real = jwt.decode
    monkeypatch.setattr(jwt, "decode", lambda *a, **n: checked.append(1) or real(*a, **n))
    token = cookie().removeprefix("jwt=").split(";")[0]
    door = Sessions(KEY, HostClock(lambda: now[0]))
    assert door.read(request(token)) == door.read(request(token)) == Session(**CLAIMS)
    now[0] = LIFETIME_S
    assert door.read(request(token)) is None
    assert len(checked) == 1


def test_what_was_found_bad_stays_bad():
    door, forged = sessions(), jwt.encode(CLAIMS, "another key" * 3, algorithm="HS256")
    assert [door.read(request(forged)) for _ in range(2)] == [None, None]


def test_a_cookie_is_secure_unless_configured_off():
    assert "; Secure" in cookie()
    assert "Secure" not in cookie(secure=False)


def test_the_header_names_the_pinned_algorithm():
    token = cookie().removeprefix("jwt=").split(";")[0]
    assert jwt.get_unverified_header(token)["alg"] == "HS256"


def test_without_a_cookie_there_is_no_session():
    assert sessions().read(Request({"type": "http", "headers": []})) is None


@mark.parametrize("claim", CLAIMS)
@mark.parametrize("value", [None, [], {"$ne": None}, True, 1.5])
def test_a_claim_of_another_type_is_nobodys_even_if_it_is_signed(claim, value):
    claims = json.dumps(CLAIMS | {claim: value}).encode()
    assert sessions().read(request(jwt.PyJWS().encode(claims, KEY, "HS256"))) is None


@mark.parametrize("claim", CLAIMS)
def test_a_claim_that_is_missing_makes_a_token_nobodys(claim):
    claims = {name: value for name, value in CLAIMS.items() if name != claim}
    assert sessions().read(request(jwt.encode(claims, KEY, "HS256"))) is None
