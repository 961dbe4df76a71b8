"""Forgotten passwords: the letter, its single-use token, and what a reset ends."""

import asyncio
import re
from contextlib import suppress

import httpx
from pytest import mark

from boxoffice.faults import crashes, lost_requests, lost_responses
from scenarios.shop.mailbox import FakeMail
from services.common.mail import Letter
from tests.services.shop import PASSWORD, Shop, refused

FORGOT, RESET = "/api/users/forgot-password", "/api/users/reset-password"
NEW = "another password"
ANA = "ana@example.com"


async def ask(shop: Shop, email: str = ANA):
    return await shop.stranger().post(FORGOT, json={"email": email})


async def letters(shop: Shop, count: int = 1, to: str = ANA, within_s: float = 60) -> list[Letter]:
    async def arrived():
        found = shop.world.mailbox.to(to)
        return found if len(found) >= count else None

    return await shop.until(arrived, within_s)


def token_in(letter: Letter) -> str:
    found = re.search(
        r"https://ticketing\.dev/api/users/reset-password#token=([\w-]{43})\s", letter.text
    )
    assert found, letter.text
    return found[1]


async def reset(shop: Shop, token: str, password: str = NEW):
    return await shop.stranger().post(RESET, json={"token": token, "password": password})


async def status_of_sign_in(shop: Shop, password: str) -> int:
    credentials = {"email": ANA, "password": password}
    return (await shop.stranger("g").post("/api/users/signin", json=credentials)).status_code


def test_a_reset_replaces_the_password_and_signs_in(play):
    async def script(shop):
        ana = await shop.person("ana")
        asked = await ask(shop)
        assert (asked.status_code, asked.json()) == (202, {})
        [letter] = await letters(shop)
        answer = await reset(shop, token_in(letter))
        assert (answer.status_code, answer.json()) == (200, {"id": ana.id, "email": ANA})
        assert "HttpOnly" in answer.headers["set-cookie"]
        return await status_of_sign_in(shop, PASSWORD), await status_of_sign_in(shop, NEW)

    assert play(script) == (400, 200)


def test_a_token_works_once(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        token = token_in((await letters(shop))[0])
        assert (await reset(shop, token)).status_code == 200
        refused(await reset(shop, token, "a third password"), 400, "used", "token")
        return await status_of_sign_in(shop, NEW)

    assert play(script) == 200


def test_a_token_used_twice_at_once_works_once(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        token = token_in((await letters(shop))[0])
        return await asyncio.gather(*(reset(shop, token, f"password {it}") for it in range(5)))

    assert sorted(answer.status_code for answer in play(script)) == [200, 400, 400, 400, 400]


@mark.parametrize(("after_s", "status"), [(30 * 60 - 2, 200), (30 * 60 + 1, 400)])
def test_a_token_is_good_for_half_an_hour(play, after_s, status):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        token = token_in((await letters(shop))[0])
        await shop.sleep(after_s)
        return await reset(shop, token)

    assert play(script).status_code == status


def test_a_second_letter_makes_the_first_worthless(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        await letters(shop, 1)
        await ask(shop)
        first, second = [token_in(letter) for letter in await letters(shop, 2)]
        refused(await reset(shop, first), 400, "unknown", "token")
        return (await reset(shop, second)).status_code

    assert play(script) == 200


def test_a_reset_ends_older_sessions_at_auth(play):
    async def script(shop):
        ana = await shop.person("ana")
        await ask(shop)
        browser = shop.stranger()
        token = token_in((await letters(shop))[0])
        await browser.post(RESET, json={"token": token, "password": NEW})
        older = (await ana.client.get("/api/users/currentuser")).json()["currentUser"]
        newer = (await browser.get("/api/users/currentuser")).json()["currentUser"]
        return older, newer["id"] == ana.id

    assert play(script) == (None, True)


def test_an_unknown_email_gets_the_same_answer_and_no_letter(play):
    async def script(shop):
        await shop.person("ana")
        known, unknown = await ask(shop), await ask(shop, "nobody@example.com")
        await letters(shop)
        await shop.sleep(60)
        assert len(shop.world.mailbox.letters) == 1
        return (known.status_code, known.content) == (unknown.status_code, unknown.content)

    assert play(script)


def test_an_email_that_is_none_is_refused(play):
    async def script(shop):
        return await ask(shop, "ana")

    refused(play(script), 400, field="email")


@mark.parametrize("token", ["", "unknown", "x" * 1_000, "x" * 1_001, "\0", "é"])
def test_an_unknown_token_is_refused(play, token):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        await letters(shop)
        return await reset(shop, token)

    refused(play(script), 400, field="token")


def test_a_password_that_is_too_short_does_not_use_the_token_up(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        token = token_in((await letters(shop))[0])
        refused(await reset(shop, token, "short"), 400, field="password")
        return (await reset(shop, token)).status_code

    assert play(script) == 200


def test_only_the_hash_of_a_token_is_stored(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        token = token_in((await letters(shop))[0])
        stored = shop.world.backends.mongo["auth-db"].documents("auth", "users")
        return token in str(stored)

    assert play(script) is False


@mark.parametrize("nth", [1, 2, 3])
def test_a_letter_that_was_promised_comes_although_auth_dies(play, nth):
    async def script(shop):
        await shop.person("ana")
        with suppress(httpx.TransportError):  # stored all the same, if auth died before it answered
            assert (await ask(shop)).status_code == 202
        await shop.sleep(60)
        return (await reset(shop, token_in((await letters(shop))[-1]))).status_code

    fault = crashes("auth", of="users.*", at="auth-db", nth=[nth + 1], down_s=5)
    assert play(script, faults=[fault]) == 200


@mark.parametrize("lose", [lost_requests, lost_responses])
def test_a_letter_comes_although_the_mail_server_does_not_answer(play, lose):
    async def script(shop):
        await shop.person("ana")
        assert (await ask(shop)).status_code == 202
        await shop.sleep(200)
        return (await reset(shop, token_in((await letters(shop))[-1]))).status_code

    assert play(script, faults=[lose(at="mail", until_s=60)]) == 200


def test_a_letter_that_cannot_be_delivered_keeps_nobody_else_waiting(play, monkeypatch):
    post = FakeMail.post

    async def refusing(self, letter: Letter) -> None:
        if letter.to == ANA:
            raise ConnectionRefusedError("no such mailbox")
        await post(self, letter)

    monkeypatch.setattr(FakeMail, "post", refusing)

    async def script(shop):
        await shop.person("ana")
        await shop.person("ben")
        await ask(shop, ANA)
        await ask(shop, "ben@example.com")
        return len(await letters(shop, to="ben@example.com"))

    assert play(script) == 1
