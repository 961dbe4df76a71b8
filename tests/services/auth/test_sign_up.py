"""Signing up: POST /api/users/signup."""

import asyncio

from pytest import mark

from services.common.ids import is_object_id
from tests.services.shop import PASSWORD, refused

SIGN_UP = "/api/users/signup"


def test_who_signs_up_gets_an_id_and_a_session(play):
    async def script(shop):
        client = shop.stranger()
        credentials = {"email": "ana@example.com", "password": PASSWORD}
        answer = await client.post(SIGN_UP, json=credentials)
        return answer, (await client.get("/api/users/currentuser")).json()["currentUser"]

    answer, current = play(script)
    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "email"}
    assert is_object_id(answer.json()["id"])
    assert {key: current[key] for key in ("id", "email")} == answer.json()


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(play):
    async def script(shop):
        credentials = {"email": "ana@example.com", "password": PASSWORD}
        return await shop.stranger().post(SIGN_UP, json=credentials)

    name_and_value, *attributes = play(script).headers["set-cookie"].split("; ")
    assert name_and_value.startswith("jwt=ey")
    assert {attribute.lower() for attribute in attributes} == {
        "httponly",
        "max-age=1800",
        "path=/",
        "samesite=strict",
        "secure",
    }


@mark.parametrize(
    "email",
    ["", "ana", "ana@", "@example.com", "ana@example", "a b@example.com", "x" * 250 + "@a.com"],
)
def test_an_email_that_is_none_is_refused(play, email):
    async def script(shop):
        return await shop.stranger().post(SIGN_UP, json={"email": email, "password": PASSWORD})

    refused(play(script), 400, field="email")


@mark.parametrize(
    ("password", "status"),
    [
        ("1234567", 400),
        ("12345678", 201),
        ("ü" * 4, 201),  # eight bytes
        ("x" * 72, 201),
        ("x" * 73, 400),
        ("ü" * 36 + "x", 400),  # 73 bytes in 37 letters
        ("eight\0\0\0", 201),
        ("x" * 1_001, 400),
    ],
)
def test_a_password_has_8_to_72_bytes(play, password, status):
    async def script(shop):
        credentials = {"email": "ana@example.com", "password": password}
        signed_up = await shop.stranger().post(SIGN_UP, json=credentials)
        signed_in = await shop.stranger("other").post("/api/users/signin", json=credentials)
        return signed_up, signed_in

    signed_up, signed_in = play(script)
    assert signed_up.status_code == status, signed_up.text
    if status == 201:
        assert signed_in.status_code == 200
    else:
        refused(signed_up, 400, field="password")


def test_everything_that_is_wrong_is_said_at_once(play):
    async def script(shop):
        return await shop.stranger().post(SIGN_UP, json={"email": 1})

    fields = [one["field"] for one in play(script).json()["errors"]]
    assert fields == ["email", "password"]


@mark.parametrize("again", ["ana@example.com", "ANA@Example.COM", "  ana@example.com "])
def test_an_email_can_be_used_once_however_it_is_spelled(play, again):
    async def script(shop):
        await shop.person("ana")
        return await shop.stranger().post(SIGN_UP, json={"email": again, "password": PASSWORD})

    refused(play(script), 400, "in use", "email")


def test_of_two_who_sign_up_at_once_with_one_email_one_is_refused(play):
    async def script(shop):
        credentials = {"email": "ana@example.com", "password": PASSWORD}
        clients = [shop.stranger(f"number {number}") for number in range(8)]
        return await asyncio.gather(*(it.post(SIGN_UP, json=credentials) for it in clients))

    answers = play(script)
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
    assert sum("set-cookie" in answer.headers for answer in answers) == 1


def test_no_password_and_no_hash_of_one_leaves_the_database(play):
    async def script(shop):
        await shop.person("ana")
        return [event.as_json() for event in shop.world.trace.events]

    lines = play(script)
    assert not [line for line in lines if PASSWORD in line or "$2b$" in line]
