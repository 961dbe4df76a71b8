"""Nobody is locked out by others: what strangers cost an owner, and what they cost themselves."""

import asyncio
import re
from collections import Counter
from datetime import timedelta

import bcrypt
import httpx
from pytest import mark, raises

from services.auth.door import (
    FREE_FAILURES,
    LONGEST_DELAY_S,
    MOST_FAILURES,
    WINDOW,
    delay_after,
)
from services.auth.visitors import Visitor
from services.common.errors import Invalid
from services.common.settings import Settings
from tests.services.shop import PASSWORD, Shop, refused

SIGN_IN, SIGN_UP = "/api/users/signin", "/api/users/signup"
FORGOT, RESET = "/api/users/forgot-password", "/api/users/reset-password"
ANA = "ana@example.com"
NEW = "another password"
WINDOW_S = WINDOW / timedelta(seconds=1)
PER_CLIENT = Settings().sign_in_failures_per_client
SIGN_UPS = Settings().sign_ups_per_client


async def try_at(client: httpx.AsyncClient, password: str, email: str = ANA) -> httpx.Response:
    return await client.post(SIGN_IN, json={"email": email, "password": password})


async def fail(client: httpx.AsyncClient, times: int = MOST_FAILURES, email: str = ANA) -> None:
    for number in range(times):
        assert (await try_at(client, f"guess number {number}", email)).status_code == 400


async def attack(shop: Shop, strangers: int, email: str = ANA) -> None:
    """Have so many strangers use up all they have at one account, all at the same time."""
    crowd = [shop.stranger(f"stranger {number}") for number in range(strangers)]
    await asyncio.gather(*(fail(each, email=email) for each in crowd))


async def timed(shop: Shop, client: httpx.AsyncClient, password: str) -> tuple[int, float]:
    """Sign in; return the status and for how many seconds the answer was awaited."""
    began_s = shop.world.loop.time()
    answer = await try_at(client, password)
    return answer.status_code, shop.world.loop.time() - began_s


async def reset(shop: Shop, client: httpx.AsyncClient) -> httpx.Response:
    await client.post(FORGOT, json={"email": ANA})

    async def letter():
        return next(iter(shop.world.backends.mailbox.to(ANA)), None)

    found = re.search(r"token=([\w-]+)", (await shop.until(letter)).text)
    assert found
    return await client.post(RESET, json={"token": found[1], "password": NEW})


def security(shop: Shop) -> Counter[str]:
    said = shop.world.trace.of_kind("log")
    return Counter(it["incident"] for it in said if it["what"] == "security")


@mark.parametrize(("strangers", "guesses"), [(100, MOST_FAILURES), (1_000, 1)])
def test_after_ten_thousand_failures_of_a_thousand_strangers_the_owner_signs_in(
    play, monkeypatch, strangers, guesses
):
    # All of it but bcrypt and HTTP, which would take minutes; and most failures have been before.
    monkeypatch.setattr(bcrypt, "checkpw", lambda password, _: password == PASSWORD.encode())

    async def script(shop):
        ana = await shop.person("ana")
        await try_at(ana.client, PASSWORD)
        auth = shop.world.hosts["auth"].app.state.auth

        async def one_stranger(stranger: Visitor) -> None:
            for _ in range(guesses):
                with raises(Invalid):
                    await auth.sign_in(ANA, "guess", stranger)

        await asyncio.gather(*(one_stranger(Visitor(f"{it}")) for it in range(strangers)))
        await count_as_well(shop, 10_000 - strangers * guesses)
        at_home = await timed(shop, ana.client, PASSWORD)
        elsewhere = await timed(shop, shop.stranger("a new telephone"), PASSWORD)
        return at_home, elsewhere

    at_home, elsewhere = play(script)
    assert (at_home[0], elsewhere[0]) == (200, 200)
    assert at_home[1] < 1
    assert LONGEST_DELAY_S <= elsewhere[1] < LONGEST_DELAY_S + 1


async def count_as_well(shop: Shop, failures: int) -> None:
    """Add to the greatest of all counts, which is that of an attacked account."""
    counts = shop.world._drivers(shop.world.hosts["auth"]).database["failures"]
    [most] = await counts.find(sort=[("failures", -1)], limit=1).to_list()
    await counts.update_one({"_id": most["_id"]}, {"$inc": {"failures": failures}})


def test_ten_requests_of_a_stranger_cost_the_owner_nothing(play):
    async def script(shop):
        await shop.person("ana")
        stranger = shop.stranger("stranger")
        await fail(stranger)
        refused(await try_at(stranger, PASSWORD), 429, "Too many")
        return await timed(shop, shop.stranger("ana"), PASSWORD)

    status, after_s = play(script)
    assert status == 200
    assert after_s < 2


def test_the_more_failures_the_longer_strangers_wait_and_none_is_refused(play):
    async def script(shop):
        await shop.person("ana")
        waits = []
        for number in range(FREE_FAILURES + 10):
            status, after_s = await timed(shop, shop.stranger(f"stranger {number}"), "a guess")
            waits.append(after_s)
            assert status == 400
        return waits

    for number, wait_s in enumerate(play(script), start=1):
        assert 0 < wait_s - delay_after(number) < 0.5
    assert delay_after(number) == LONGEST_DELAY_S


@mark.parametrize("email", [ANA, "nobody@example.com"])
def test_strangers_wait_as_long_at_an_account_that_is_none(play, email):
    async def script(shop):
        await shop.person("ana")
        began_s = shop.world.loop.time()
        for number in range(FREE_FAILURES + 4):
            await fail(shop.stranger(f"stranger {number}"), 1, email)
        return shop.world.loop.time() - began_s

    waits_s = sum(delay_after(FREE_FAILURES + number) for number in (1, 2, 3, 4))
    assert waits_s < play(script) < waits_s + 3


def test_the_owners_device_is_known_at_any_address_and_by_no_address_alone(play):
    async def script(shop):
        ana = await shop.person("ana")
        assert (await try_at(ana.client, PASSWORD)).status_code == 200
        await fail(shop.stranger("ana"))  # somebody behind the same address
        refused(await try_at(shop.stranger("ana"), PASSWORD), 429, "Too many")
        at_home = await timed(shop, ana.client, PASSWORD)
        abroad = shop.stranger("abroad")
        await fail(shop.stranger("abroad"))
        abroad.cookies = ana.client.cookies
        return at_home, await timed(shop, abroad, PASSWORD)

    for status, after_s in play(script):
        assert status == 200
        assert after_s < 1


def test_a_device_that_is_known_has_its_own_limit(play):
    async def script(shop):
        ana = await shop.person("ana")
        assert (await try_at(ana.client, PASSWORD)).status_code == 200
        await fail(ana.client)
        answer = await try_at(ana.client, PASSWORD)
        refused(answer, 429, "Too many")
        await shop.sleep(int(answer.headers["retry-after"]))
        return (await try_at(ana.client, PASSWORD)).status_code

    assert play(script) == 200


def test_a_device_is_known_at_its_owners_account_alone(play):
    async def script(shop):
        await shop.person("ana")
        eve = await shop.person("eve")
        assert (await try_at(eve.client, PASSWORD, "eve@example.com")).status_code == 200
        await fail(shop.stranger("eve"))
        return await try_at(eve.client, PASSWORD)

    refused(play(script), 429, "Too many")


@mark.parametrize("forged", ["", "nonsense", "..", "session"])
def test_a_device_that_auth_did_not_name_is_a_stranger(play, forged):
    async def script(shop):
        ana = await shop.person("ana")
        token = ana.client.cookies["jwt"] if forged == "session" else forged
        stranger = shop.stranger("stranger")
        await fail(stranger)
        return await stranger.post(
            SIGN_IN,
            json={"email": ANA, "password": PASSWORD},
            headers={"cookie": f"device={token}"},
        )

    refused(play(script), 429, "Too many")


def test_a_device_cookie_opens_nothing(play):
    async def script(shop):
        ana = await shop.person("ana")
        await try_at(ana.client, PASSWORD)
        thief, device = shop.stranger("thief"), ana.client.cookies["device"]
        for cookies in ({"device": device}, {"jwt": device}):
            header = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
            shown = await thief.get("/api/users/currentuser", headers=header)
            assert shown.json() == {"currentUser": None}
            orders = await thief.get("/api/orders", headers=header)
            assert orders.status_code == 401

    play(script)


def test_the_device_cookie_is_out_of_reach_of_scripts_and_other_sites(play):
    async def script(shop):
        ana = await shop.person("ana")
        return (await try_at(ana.client, PASSWORD)).headers.get_list("set-cookie")

    name_and_value, *attributes = play(script)[-1].split("; ")
    assert name_and_value.startswith("device=ey")
    assert {each.lower() for each in attributes} == {
        "httponly",
        f"max-age={365 * 24 * 60 * 60}",
        "path=/api/users",
        "samesite=strict",
        "secure",
    }


def test_a_reset_opens_the_door_again_everywhere(play):
    async def script(shop):
        await shop.person("ana")
        laptop, phone = shop.stranger("laptop"), shop.stranger("phone")
        await fail(laptop)
        refused(await try_at(laptop, PASSWORD), 429, "Too many")
        assert (await reset(shop, phone)).status_code == 200
        at_once = [await timed(shop, each, NEW) for each in (phone, laptop, shop.stranger("new"))]
        return at_once, (await try_at(shop.stranger("old"), PASSWORD)).status_code

    at_once, with_the_old_password = play(script)
    assert [status for status, _ in at_once] == [200, 200, 200]
    assert max(after_s for _, after_s in at_once) < 1
    assert with_the_old_password == 400


def test_a_reset_opens_the_door_also_behind_an_address_that_has_used_up_its_failures(play):
    async def script(shop):
        await shop.person("ana")
        school = shop.stranger("school")
        for number in range(PER_CLIENT):
            await fail(school, 1, f"{number}@example.com")
        refused(await try_at(school, PASSWORD), 429, "Too many")
        await reset(shop, shop.stranger("phone"))
        opened = (await try_at(school, NEW)).status_code
        others = (await try_at(school, PASSWORD, "ben@example.com")).status_code
        return opened, others

    assert play(script) == (200, 429)


def test_a_reset_makes_strangers_of_all_devices_but_that_one(play):
    async def script(shop):
        ana = await shop.person("ana")
        await try_at(ana.client, PASSWORD)
        phone = shop.stranger("phone")
        await reset(shop, phone)
        await fail(shop.stranger("ana"))
        await fail(shop.stranger("phone"))
        return [(await try_at(each, NEW)).status_code for each in (ana.client, phone)]

    assert play(script) == [429, 200]


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
        documents = str(shop.world.backends.mongo["auth"].documents("auth", "failures"))
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
    assert "198.18." not in "".join([page, *said, documents])
    assert ANA not in "".join([page, *said, documents])


def test_counts_are_gone_when_their_window_is_over(play):
    async def script(shop):
        await fail(shop.stranger("stranger"), 3)
        mongo = shop.world.backends.mongo["auth"]
        before = len(mongo.documents("auth", "failures"))
        await shop.sleep(WINDOW_S + 60)
        await fail(shop.stranger("other"), 1)
        return before, len(mongo.documents("auth", "failures"))

    assert play(script) == (3, 3)  # the account, the client, and both together
