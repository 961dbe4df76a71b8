"""A cookie that auth did not write is nobody's."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import jwt
from pytest import mark

from scenarios.shop.life import SETTINGS
from tests.services.shop import Json

KEY = SETTINGS.jwt_key.get_secret_value()
OTHER_KEY = "x" * 64


def _segment(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(claims: Json, alg: object = "none", signature: str = "") -> str:
    return f"{_segment({'alg': alg, 'typ': 'JWT'})}.{_segment(claims)}.{signature}"


def without(claim: str) -> Callable[[Json], str]:
    return lambda claims: jwt.encode({k: v for k, v in claims.items() if k != claim}, KEY, "HS256")


FORGERIES: dict[str, Callable[[Json], str]] = {
    "unsigned": unsigned,
    "unsigned in capitals": lambda claims: unsigned(claims, "NONE"),
    "an algorithm that is a list": lambda claims: unsigned(claims, ["HS256"], "AAAA"),
    "an algorithm that is a number": lambda claims: unsigned(claims, 256, "AAAA"),
    "another key": lambda claims: jwt.encode(claims, OTHER_KEY, "HS256"),
    "HS512 with the right key": lambda claims: _hs512(claims),
    "no id": without("id"),
    "no email": without("email"),
    "no exp": without("exp"),
    "no iat": without("iat"),
    "no epoch": without("epoch"),
    "expired": lambda claims: jwt.encode({**claims, "exp": claims["iat"] - 1}, KEY, "HS256"),
    "another's claims under its signature": lambda claims: _with_other_claims(claims),
    "a list of claims": lambda claims: jwt.PyJWS().encode(b"[]", KEY, "HS256"),
    "no token at all": lambda claims: "nonsense",
    "dots": lambda claims: "..",
    "not ASCII": lambda claims: "é.ü.ö",
    "empty": lambda claims: "",
    "long": lambda claims: "e" * 20_000,
}


def _hs512(claims: Json) -> str:
    # Signed by hand: the library warns that the key is short for this algorithm.
    text = f"{_segment({'alg': 'HS512', 'typ': 'JWT'})}.{_segment(claims)}"
    mac = hmac.new(KEY.encode(), text.encode(), hashlib.sha512).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _with_other_claims(claims: Json) -> str:
    header, _, signature = jwt.encode(claims, KEY, "HS256").split(".")
    return f"{header}.{_segment({**claims, 'id': 'f' * 24})}.{signature}"


async def _claims(shop) -> Json:
    ana = await shop.person("ana")
    unchecked = {"verify_exp": False, "verify_iat": False}
    return jwt.decode(ana.client.cookies["jwt"], KEY, ["HS256"], options=unchecked)


@mark.parametrize("forgery", FORGERIES)
def test_a_forged_token_is_nobodys(play, forgery):
    async def script(shop):
        cookie = f"jwt={FORGERIES[forgery](await _claims(shop))}".encode()
        client, headers = shop.stranger(), {b"cookie": cookie}
        current = await client.get("/api/users/currentuser", headers=headers)
        listing = await client.get("/api/orders", headers=headers)
        return current.json(), listing.status_code

    assert play(script) == ({"currentUser": None}, 401)


def test_what_auth_would_have_written_is_accepted(play):
    async def script(shop):
        token = jwt.encode(await _claims(shop), KEY, "HS256")
        headers = {"cookie": f"jwt={token}"}
        return (await shop.stranger().get("/api/orders", headers=headers)).status_code

    assert play(script) == 200
