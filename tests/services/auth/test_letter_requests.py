"""Asking for a letter: the same for whoever it is about, and never used up by strangers."""

import asyncio
import itertools
import re
from contextlib import suppress
from datetime import timedelta

import httpx
from pytest import mark

from boxoffice.faults import crashes, lost_requests, refusals, slow_calls
from services.auth.domain import RESET_LIFETIME
from services.auth.letter_requests import FREE_LETTERS, LEAST_PAUSE, LONGEST_PAUSE, MEMORY
from services.auth.visitors import Visitor
from services.common.settings import Settings
from tests.services.shop import Shop, refused

FORGOT, RESET = "/api/users/forgot-password", "/api/users/reset-password"
ANA, NOBODY = "ana@example.com", "nobody@example.com"
LETTERS = Settings().letters_per_client
PAUSE_S = LONGEST_PAUSE / timedelta(seconds=1)


async def ask(shop: Shop, email: str = ANA, who: str = "stranger") -> httpx.Response:
    return await shop.stranger(who).post(FORGOT, json={"email": email})


def letters(shop: Shop) -> int:
    return len(shop.world.mailbox.to(ANA))


def test_the_owner_gets_a_letter_however_many_strangers_have_asked(play):
    async def script(shop):
        await shop.person("ana")
        for number in range(100):
            assert (await ask(shop, who=f"stranger {number}")).status_code == 202
            await shop.sleep(30)
        before = letters(shop)
        assert (await ask(shop, who="ana")).status_code == 202
        await shop.sleep(PAUSE_S + 5)
        last = shop.world.mailbox.to(ANA)[-1]
        token = re.search(r"token=([\w-]+)", last.text)[1]
        done = await shop.stranger("ana").post(RESET, json={"token": token, "password": "x" * 8})
        return before, letters(shop), done.status_code

    before, after, status = play(script)
    assert before < after
    assert after <= FREE_LETTERS + 7  # in fifty minutes, for a hundred that were asked for
    assert status == 200


def test_the_first_letters_come_at_once(play):
    async def script(shop):
        await shop.person("ana")
        for number in range(FREE_LETTERS):
            await ask(shop)
            await shop.sleep(12)
            assert letters(shop) == number + 1
        await ask(shop)
        await shop.sleep(40)
        early = letters(shop)
        await shop.sleep(20)
        return early, letters(shop)

    assert play(script) == (FREE_LETTERS, FREE_LETTERS + 1)


def test_what_is_asked_for_at_once_is_one_letter(play):
    async def script(shop):
        await shop.person("ana")
        await asyncio.gather(*(ask(shop, who=f"stranger {it}") for it in range(20)))
        await shop.sleep(120)
        return letters(shop)

    assert 1 <= play(script) <= 2  # the second for who asked after the first was seen to


@mark.parametrize("nth", range(1, 9))
def test_who_is_late_to_ask_gets_the_letter_that_was_posted_meanwhile(play, nth):
    async def script(shop):
        await shop.person("ana")
        await asyncio.gather(*(ask(shop, who=f"stranger {it}") for it in range(2)))
        await shop.sleep(LEAST_PAUSE.total_seconds() - 1)
        return letters(shop)

    late = slow_calls(by_s=3.0, of="update_one", at="auth-db", nth=[nth])
    assert play(script, faults=[late]) == 1


def test_two_processes_send_one_letter(play):
    async def script(shop):
        await shop.person("ana")
        for _ in range(FREE_LETTERS):
            await ask(shop)
            await shop.sleep(12)
        await ask(shop)  # due in a minute, when both look
        await ask(shop)
        await shop.sleep(200)
        return letters(shop)

    assert play(script, replicas=2) == FREE_LETTERS + 1


def test_a_pause_leaves_a_token_good_for_long_enough():
    assert 2 * LONGEST_PAUSE <= RESET_LIFETIME


def test_all_is_as_at_first_when_nothing_was_asked_for_in_an_hour(play):
    async def script(shop):
        await shop.person("ana")
        for _ in range(FREE_LETTERS + 2):
            await ask(shop)
            await shop.sleep(150)
        before = letters(shop)
        await shop.sleep(MEMORY / timedelta(seconds=1) + 60)
        for _ in range(FREE_LETTERS):
            await ask(shop)
            await shop.sleep(12)
        return letters(shop) - before

    assert play(script) == FREE_LETTERS


def test_letters_asked_for_by_one_client_are_limited(play):
    async def script(shop):
        for number in range(LETTERS):
            assert (await ask(shop, f"{number}@example.com")).status_code == 202
        answer = await ask(shop)
        refused(answer, 429, "Too many")
        assert (await ask(shop, who="somebody else")).status_code == 202
        await shop.sleep(int(answer.headers["retry-after"]))
        return (await ask(shop)).status_code

    assert play(script) == 202


@mark.parametrize("times", [1, FREE_LETTERS + 2])
def test_an_unknown_address_costs_the_calls_that_a_known_one_costs(play, calls, times):
    async def script(shop):
        await shop.person("ana")
        auth = shop.world.hosts["auth"].app.state.auth
        asked: dict[str, list[list[str]]] = {ANA: [], NOBODY: []}
        for email, number in itertools.product(asked, range(times)):
            with calls() as made:
                await auth.forgot_password(email, Visitor(f"{email} {number}"))
            asked[email].append(made)
            await shop.sleep(10)
        return asked

    asked = play(script)
    assert asked[ANA] == asked[NOBODY]
    assert all(len(made) >= 3 for made in asked[ANA])


@mark.parametrize("nth", range(1, 9))
def test_a_letter_that_was_promised_comes_although_auth_dies_at_any_write(play, nth):
    async def script(shop):
        await shop.person("ana")
        with suppress(httpx.TransportError):
            answered = await ask(shop)
            if answered.status_code == 202:
                await shop.sleep(180)
                return letters(shop) > 0
        return True

    fault = crashes("auth", of="*", at="auth-db", nth=[nth + 2], down_s=5)
    assert play(script, faults=[fault])


def test_a_letter_comes_although_the_database_is_away_for_a_while(play):
    async def script(shop):
        await shop.person("ana")
        answer = await ask(shop)
        await shop.sleep(180)
        return answer.status_code, letters(shop) > 0

    fault = lost_requests(of="replace_one", at="auth-db", until_s=60)
    assert play(script, faults=[fault]) == (202, True)


def test_a_letter_comes_although_it_could_not_be_seen_to_for_hours(play):
    async def script(shop):
        await shop.person("ana")
        answer = await ask(shop)
        await shop.sleep(2 * MEMORY.total_seconds() + 60)
        return answer.status_code, letters(shop)

    fault = refusals("14031", of="replace_one", at="auth-db", until_s=2 * MEMORY.total_seconds())
    assert play(script, faults=[fault]) == (202, 1)
