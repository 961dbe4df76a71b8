"""Nobody is locked out by others: what strangers cost an owner, and what a reset changes."""

import asyncio

import bcrypt
from pytest import mark, param, raises

from services.auth.rate_limits import (
    FREE_FAILURES,
    LONGEST_DELAY_S,
    MOST_FAILURES,
    WINDOW,
    delay_after,
)
from services.auth.visitors import Visitor
from services.common.errors import Invalid
from tests.real.tiers import UNHURRIED
from tests.services.auth.attacking import ANA, NEW, PER_CLIENT, fail, reset, timed, try_at
from tests.services.shop import PASSWORD, Shop, refused


@mark.parametrize(
    ("strangers", "guesses"),
    [
        (100, MOST_FAILURES),
        param(1_000, 1, marks=UNHURRIED),
        param(1_000, MOST_FAILURES, marks=UNHURRIED),
    ],
)
def test_after_ten_thousand_failures_of_a_thousand_strangers_the_owner_signs_in(
    play, monkeypatch, strangers, guesses
):
    # All of it but bcrypt and HTTP, which would take minutes; most have been before, or none.
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
    counts = shop.world.drivers(shop.world.hosts["auth"]).database["failures"]
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


def test_a_second_reset_opens_the_door_for_as_long_as_the_first(play):
    async def script(shop):
        await shop.person("ana")
        await reset(shop, shop.stranger("phone"))
        await shop.sleep(WINDOW.total_seconds() - 60)
        shop.world.mailbox.letters.clear()
        assert (await reset(shop, shop.stranger("phone"))).status_code == 200
        await shop.sleep(120)
        school = shop.stranger("school")
        for number in range(PER_CLIENT):
            await fail(school, 1, f"{number}@example.com")
        return (await try_at(school, NEW)).status_code

    assert play(script) == 200
