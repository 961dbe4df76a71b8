"""What a service is handed on a machine where no server is named."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from pymongo.errors import DuplicateKeyError, InvalidOperation
from pytest import raises
from stripe import CardError

from boxoffice.real import PacedLoop
from scenarios.shop.life import SETTINGS
from scenarios.shop.real.drivers import MachineDrivers
from scenarios.shop.real.printed_mail import PrintedMail
from services.common.mail import Letter

CARD = {"amount": 4500, "currency": "usd"}


def handed(script):
    """Play `script(drivers, stack)` in a shop that is a thousand times as fast as the machine."""

    async def play():
        async with AsyncExitStack() as stack:
            return await script(MachineDrivers(SETTINGS, "", {}, 1_000.0, verbose=False), stack)

    with asyncio.Runner(loop_factory=lambda: PacedLoop(1_000.0)) as runner:
        return runner.run(play())


def test_a_database_answers_and_refuses_like_a_server_until_its_service_has_ended():
    async def use(drivers, stack):
        things = (await drivers.of("auth", stack)).database["things"]
        await things.insert_one({"_id": "a", "seat": 1})
        with raises(DuplicateKeyError):
            await things.insert_one({"_id": "a"})
        assert await things.find_one({"seat": 1}) == {"_id": "a", "seat": 1}
        await stack.aclose()
        with raises(InvalidOperation):
            await things.find_one({})

    handed(use)


def test_what_expires_in_a_database_does_so_by_the_shops_clock():
    async def use(drivers, stack):
        given = await drivers.of("auth", stack)
        things = given.database["things"]
        await things.create_index("at", expireAfterSeconds=60)
        await things.insert_one({"_id": "a", "at": given.clock.now()})
        before = await things.count_documents({})
        await asyncio.sleep(timedelta(minutes=2).total_seconds())
        return before, await things.count_documents({})

    assert handed(use) == (1, 0)


def test_a_redis_remembers():
    async def use(drivers, stack):
        redis = await drivers._redis(stack)
        await redis.zadd("timers", {"order": 5.0})
        return await redis.zscore("timers", "order")

    assert handed(use) == 5.0


def test_stripe_takes_good_cards_and_declines_bad_ones():
    async def pay(drivers, stack):
        charges = (await drivers._stripe(stack)).v1.charges
        with raises(CardError):
            await charges.create_async({**CARD, "source": "tok_chargeDeclined"})
        return await charges.create_async({**CARD, "source": "tok_visa"})

    assert handed(pay).status == "succeeded"


def test_a_letter_is_shown_with_its_text():
    told = []
    letter = Letter("ana@example.com", "Your new password", "the token")
    asyncio.run(PrintedMail(told.append).post(letter))
    assert told == ["mail to ana@example.com: Your new password\n\nthe token"]
