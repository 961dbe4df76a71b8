"""What one client may do in a quarter of an hour, whatever it says of itself."""

import asyncio
import itertools
from collections import Counter
from datetime import timedelta

import bcrypt
import httpx
from pymongo.errors import AutoReconnect
from pytest import mark, raises

from services.auth.counts import Counts
from services.auth.rate_limits import MOST_FAILURES, WINDOW
from services.auth.visitors import Visitor
from services.common.errors import Invalid, TooMany
from tests.services.auth.attacking import (
    ANA,
    PER_CLIENT,
    SIGN_IN,
    SIGN_UP,
    SIGN_UPS,
    fail,
    reset,
    security,
    try_at,
)
from tests.services.shop import PASSWORD, refused


@mark.parametrize("known", [True, False])
def test_one_password_for_many_accounts_is_limited_by_the_client(play, known):
    async def script(shop):
        emails = [f"person{number}@example.com" for number in range(PER_CLIENT + 1)]
        for number, email in enumerate(emails if known else ()):
            body = {"email": email, "password": PASSWORD}
            assert (await shop.stranger(f"{number}").post(SIGN_UP, json=body)).status_code == 201
        sprayer = shop.stranger("sprayer")
        for email in emails[:-1]:
            await fail(sprayer, 1, email)
        answer = await try_at(sprayer, "Summer2030!", emails[-1])
        refused(answer, 429, "Too many")
        left_s = int(answer.headers["retry-after"])
        await shop.sleep(left_s - 1)
        early = (await try_at(sprayer, "Summer2030!", emails[-1])).status_code
        await shop.sleep(1)
        return early, (await try_at(sprayer, "Summer2030!", emails[-1])).status_code

    assert play(script) == (429, 400)


def test_guesses_at_many_accounts_made_all_at_once_are_counted_too(play):
    async def script(shop):
        sprayer = shop.stranger("sprayer")
        guesses = (try_at(sprayer, "guess", f"{it}@example.com") for it in range(2 * PER_CLIENT))
        return Counter(answer.status_code for answer in await asyncio.gather(*guesses))

    assert play(script) == {400: PER_CLIENT, 429: PER_CLIENT}


def test_who_signs_in_uses_up_nothing_of_their_clients(play):
    async def script(shop):
        await shop.person("ana")
        office = [shop.stranger("office") for _ in range(PER_CLIENT + 5)]
        return {(await try_at(each, PASSWORD)).status_code for each in office}

    assert play(script) == {200}


def test_what_is_refused_counts_nowhere(play):
    async def script(shop):
        await shop.person("ana")
        stranger = shop.stranger("stranger")
        await fail(stranger)
        for _ in range(3 * PER_CLIENT):
            refused(await try_at(stranger, "a guess"), 429)
        return (await try_at(stranger, PASSWORD, "ben@example.com")).status_code

    assert play(script) == 400


def test_what_is_refused_because_others_were_faster_counts_nowhere_either(play):
    async def script(shop):
        stranger = shop.stranger("stranger")
        guesses = (try_at(stranger, "a guess") for _ in range(3 * PER_CLIENT))
        statuses = Counter(it.status_code for it in await asyncio.gather(*guesses))
        for number in range(PER_CLIENT - MOST_FAILURES):
            await fail(stranger, 1, f"{number}@example.com")
        return statuses[400], (await try_at(stranger, "a guess", "ben@example.com")).status_code

    assert play(script) == (MOST_FAILURES, 429)


@mark.parametrize("counted_before", [1, 2])  # own; own and the client's: the account's is last
def test_an_attempt_counts_nowhere_if_a_store_went_away_while_it_was_counted(
    play, monkeypatch, counted_before
):
    async def script(shop):
        stranger = shop.stranger("stranger")
        await shop.person("ana")
        add, done = Counts.add, itertools.count()

        async def away(counts, key, now):
            if next(done) % (counted_before + 1) == counted_before:
                raise AutoReconnect
            return await add(counts, key, now)

        with monkeypatch.context() as outage:
            outage.setattr(Counts, "add", away)
            told = {(await try_at(stranger, "a guess")).status_code for _ in range(2 * PER_CLIENT)}
        return told, (await try_at(stranger, "a guess")).status_code

    assert play(script) == ({503}, 400)


def test_a_flood_that_is_refused_writes_nothing_and_hashes_nothing(play, calls, monkeypatch):
    async def script(shop):
        await shop.person("ana")
        auth = shop.world.hosts["auth"].app.state.auth
        for _ in range(MOST_FAILURES):
            with raises(Invalid):
                await auth.sign_in(ANA, "a guess", Visitor("stranger"))
        monkeypatch.setattr(bcrypt, "checkpw", None)
        with calls() as made, raises(TooMany):
            await auth.sign_in(ANA, "a guess", Visitor("stranger"))
        return made

    assert play(script) == ["users.find_one", "failures.find"]


def test_a_header_makes_no_new_client(play):
    async def script(shop):
        stranger, statuses = shop.stranger("stranger"), []
        for number in range(PER_CLIENT + 1):
            body = {"email": f"{number}@example.com", "password": "a guess"}
            said = {"x-forwarded-for": f"192.0.2.{number}", "x-real-ip": f"192.0.2.{number}"}
            statuses.append((await stranger.post(SIGN_IN, json=body, headers=said)).status_code)
        return statuses

    assert play(script) == [400] * PER_CLIENT + [429]


def test_sign_ups_of_one_client_are_limited(play):
    async def script(shop):
        crowd = shop.stranger("crowd")

        async def sign_up(client: httpx.AsyncClient, number: int) -> httpx.Response:
            body = {"email": f"person{number}@example.com", "password": PASSWORD}
            return await client.post(SIGN_UP, json=body)

        for number in range(SIGN_UPS):
            assert (await sign_up(crowd, number)).status_code == 201
        answer = await sign_up(crowd, SIGN_UPS)
        refused(answer, 429, "Too many")
        assert (await sign_up(shop.stranger("somebody else"), SIGN_UPS)).status_code == 201
        await shop.sleep(int(answer.headers["retry-after"]))
        return (await sign_up(crowd, SIGN_UPS + 1)).status_code

    assert play(script) == 201


def test_a_password_that_is_too_short_uses_up_no_sign_up(play):
    async def script(shop):
        crowd = shop.stranger("crowd")
        for _ in range(SIGN_UPS + 1):
            body = {"email": ANA, "password": "short"}
            refused(await crowd.post(SIGN_UP, json=body), 400, field="password")

    play(script)


def test_counts_are_gone_when_their_window_is_over(play):
    async def script(shop):
        await fail(shop.stranger("stranger"), 3)
        mongo = shop.world.backends.mongo["auth-db"]
        before = len(mongo.documents("auth", "failures"))
        await shop.sleep(WINDOW / timedelta(seconds=1) + 60)
        await fail(shop.stranger("other"), 1)
        return before, len(mongo.documents("auth", "failures"))

    assert play(script) == (3, 3)  # the account, the client, and both together


def test_an_operator_sees_events_and_no_addresses(play):
    async def script(shop):
        await shop.person("ana")
        stranger = shop.stranger("stranger")
        await fail(stranger)
        await try_at(stranger, PASSWORD)
        await fail(shop.stranger("other"), 1)
        await reset(shop, shop.stranger("phone"))
        page = (await shop.within("auth").get("/metrics")).text
        said = [event.as_json() for event in shop.world.trace.of_kind("log")]
        documents = str(shop.world.backends.mongo["auth-db"].documents("auth", "failures"))
        return security(shop), page, said, documents

    events, page, said, documents = play(script)
    assert events == {
        "sign-in-failed": MOST_FAILURES + 1,
        "limited-by-account-and-client": 1,
        "sign-in-delayed": 1,
        "password-reset": 1,
    }
    for event, number in events.items():
        assert f'boxoffice_security_total{{event="{event}"}} {number}.0' in page
    told = "".join([page, *said, documents])
    assert not any(it in told for it in ("198.18.", "2001:2:"))
    assert ANA not in "".join([page, *said, documents])
