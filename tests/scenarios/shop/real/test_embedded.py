import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from pymongo.errors import DuplicateKeyError
from pytest import raises
from stripe import CardError

from scenarios.shop.real.embedded import (
    PrintedMail,
    embedded_database,
    embedded_redis,
    embedded_stripe,
)
from services.common.mail import Letter

CARD = {"amount": 4500, "currency": "usd"}


def test_an_embedded_database_answers_and_refuses_like_a_server():
    async def use():
        things = embedded_database("tickets", SimpleNamespace(now=lambda: datetime.now(UTC)))[
            "things"
        ]
        await things.insert_one({"_id": "a", "seat": 1})
        with raises(DuplicateKeyError):
            await things.insert_one({"_id": "a"})
        return await things.find_one({"seat": 1})

    assert asyncio.run(use()) == {"_id": "a", "seat": 1}


def test_what_expires_in_an_embedded_database_does_so_by_the_shops_clock():
    now = datetime(2030, 1, 1, tzinfo=UTC)
    clock = SimpleNamespace(now=lambda: now)

    async def use():
        nonlocal now
        things = embedded_database("auth", clock)["things"]
        await things.create_index("at", expireAfterSeconds=60)
        await things.insert_one({"_id": "a", "at": now})
        before = await things.count_documents({})
        now += timedelta(seconds=61)
        return before, await things.count_documents({})

    assert asyncio.run(use()) == (1, 0)


def test_an_embedded_redis_remembers():
    async def use():
        redis = embedded_redis()
        await redis.zadd("timers", {"order": 5.0})
        return await redis.zscore("timers", "order")

    assert asyncio.run(use()) == 5.0


def test_an_embedded_stripe_takes_good_cards_and_declines_bad_ones():
    async def pay():
        charges = embedded_stripe(lambda: 0.0).v1.charges
        with raises(CardError):
            await charges.create_async({**CARD, "source": "tok_chargeDeclined"})
        return await charges.create_async({**CARD, "source": "tok_visa"})

    assert asyncio.run(pay()).status == "succeeded"


def test_a_letter_is_shown_with_its_text():
    told = []
    letter = Letter("ana@example.com", "Your new password", "the token")
    asyncio.run(PrintedMail(told.append).post(letter))
    assert told == ["mail to ana@example.com: Your new password\n\nthe token"]
