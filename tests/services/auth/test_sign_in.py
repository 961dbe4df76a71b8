"""Signing in and out, and what repeated failures lead to."""

import asyncio
from datetime import timedelta

import bcrypt
from pytest import mark

from services.auth.rate_limits import MOST_FAILURES, WINDOW
from tests.services.shop import PASSWORD, Person, Shop, refused

SIGN_IN = "/api/users/signin"
WINDOW_S = WINDOW / timedelta(seconds=1)


async def sign_in(shop: Shop, password: str, email: str = "ana@example.com", who: str = "guest"):
    return await shop.stranger(who).post(SIGN_IN, json={"email": email, "password": password})


async def fail_often(shop: Shop, email: str = "ana@example.com") -> list[int]:
    answers = [await sign_in(shop, "wrong password", email) for _ in range(MOST_FAILURES)]
    return [answer.status_code for answer in answers]


async def current(person: Person):
    return (await person.client.get("/api/users/currentuser")).json()["currentUser"]


def test_who_signs_in_gets_a_session(play):
    async def script(shop):
        ana = await shop.person("ana")
        client = shop.stranger()
        answer = await client.post(SIGN_IN, json={"email": ana.email, "password": PASSWORD})
        assert answer.status_code == 200
        assert answer.json() == {"id": ana.id, "email": ana.email}
        assert "HttpOnly" in answer.headers["set-cookie"]
        return (await client.get("/api/users/currentuser")).json()["currentUser"]["id"] == ana.id

    assert play(script)


def test_case_and_blanks_around_an_email_do_not_matter(play):
    async def script(shop):
        await shop.person("ana")
        return await sign_in(shop, PASSWORD, " ANA@Example.com ")

    assert play(script).status_code == 200


def test_an_unknown_email_gets_the_answer_of_a_wrong_password(play):
    async def script(shop):
        await shop.person("ana")
        return await sign_in(shop, "wrong password"), await sign_in(shop, PASSWORD, "b@example.com")

    wrong, unknown = play(script)
    refused(wrong, 400, "Invalid credentials")
    assert (unknown.status_code, unknown.content) == (wrong.status_code, wrong.content)
    assert "set-cookie" not in wrong.headers


def test_an_unknown_email_costs_as_many_bcrypt_rounds_as_a_wrong_password(play, monkeypatch):
    rounds = []
    monkeypatch.setattr("services.auth.passwords.bcrypt.checkpw", _counting(rounds))

    async def script(shop):
        await shop.person("ana")
        await sign_in(shop, "wrong password")
        await sign_in(shop, "wrong password", "b@example.com")

    play(script)
    assert rounds == [b"04", b"04"]


def _counting(rounds):
    real = bcrypt.checkpw

    def checkpw(password: bytes, hashed: bytes) -> bool:
        rounds.append(hashed.split(b"$")[2])
        return real(password, hashed)

    return checkpw


def test_a_password_longer_than_bcrypt_reads_is_wrong_even_if_its_beginning_is_right(play):
    async def script(shop):
        credentials = {"email": "ana@example.com", "password": "x" * 72}
        await shop.stranger().post("/api/users/signup", json=credentials)
        return [await sign_in(shop, "x" * length) for length in (72, 73, 1_000)]

    assert [answer.status_code for answer in play(script)] == [200, 400, 400]


@mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
def test_after_repeated_failures_even_the_right_password_has_to_wait(play, email):
    async def script(shop):
        await shop.person("ana")
        statuses = await fail_often(shop, email)
        return statuses, await sign_in(shop, PASSWORD, email)

    statuses, answer = play(script)
    assert statuses == [400] * MOST_FAILURES
    refused(answer, 429, "Too many")
    assert 0 < int(answer.headers["retry-after"]) <= WINDOW_S


def test_the_wait_ends_with_the_window(play):
    async def script(shop):
        await shop.person("ana")
        await fail_often(shop)
        await shop.sleep(WINDOW_S - 2)
        early = await sign_in(shop, PASSWORD)
        await shop.sleep(2)
        return early.status_code, (await sign_in(shop, PASSWORD)).status_code

    assert play(script) == (429, 200)


def test_a_new_window_counts_from_nothing(play):
    async def script(shop):
        await shop.person("ana")
        await fail_often(shop)
        await shop.sleep(WINDOW_S + 1)
        return await fail_often(shop)

    assert play(script) == [400] * MOST_FAILURES


def test_one_address_does_not_wait_for_the_failures_of_another(play):
    async def script(shop):
        await shop.person("ana")
        await fail_often(shop, "ben@example.com")
        return await sign_in(shop, PASSWORD)

    assert play(script).status_code == 200


def test_a_success_lets_the_failures_be_forgotten(play):
    async def script(shop):
        await shop.person("ana")
        for _ in range(MOST_FAILURES - 1):
            await sign_in(shop, "wrong password")
        await sign_in(shop, PASSWORD)
        return await fail_often(shop)

    assert play(script) == [400] * MOST_FAILURES


def test_guesses_made_all_at_once_are_counted_like_guesses_made_in_turn(play):
    async def script(shop):
        await shop.person("ana")
        guesses = (sign_in(shop, f"password {it}") for it in range(40))
        return sorted(answer.status_code for answer in await asyncio.gather(*guesses))

    assert play(script) == [400] * MOST_FAILURES + [429] * (40 - MOST_FAILURES)


def test_who_signs_out_is_nobody(play):
    async def script(shop):
        ana = await shop.person("ana")
        answer = await ana.client.post("/api/users/signout")
        assert (answer.status_code, answer.json()) == (200, {})
        assert 'jwt="";' in answer.headers["set-cookie"]
        assert "Max-Age=0" in answer.headers["set-cookie"]
        return await current(ana), (await ana.client.get("/api/orders")).status_code

    assert play(script) == (None, 401)


def test_anybody_may_sign_out(play):
    async def script(shop):
        return await shop.stranger().post("/api/users/signout")

    assert play(script).status_code == 200


def test_nobody_is_signed_in_at_first(play):
    async def script(shop):
        answer = await shop.stranger().get("/api/users/currentuser")
        return answer.status_code, answer.json()

    assert play(script) == (200, {"currentUser": None})


def test_a_session_tells_when_it_began_and_ends_half_an_hour_later(play):
    async def script(shop):
        return await current(await shop.person("ana"))

    session = play(script)
    assert session.keys() == {"id", "email", "iat", "exp"}
    assert session["exp"] - session["iat"] == 30 * 60


def test_a_session_ends_after_half_an_hour_everywhere(play):
    async def script(shop):
        ana = await shop.person("ana")
        token = ana.client.cookies["jwt"]
        await shop.sleep(30 * 60 - 5)
        before = await current(ana)
        await shop.sleep(5)
        # A browser forgets the cookie by itself; a thief would not.
        thief = shop.stranger("thief")
        thief.cookies.set("jwt", token, domain="ticketing.dev")
        after = (await thief.get("/api/users/currentuser")).json()
        return before is not None, after, (await thief.get("/api/orders")).status_code

    assert play(script) == (True, {"currentUser": None}, 401)
