"""Many write at once, on connections of their own, and exactly one of them may win."""

from pytest import mark

from tests.conformance.documents.arms import told_to_fake

HELD = "held_ticket"
ATTEMPTS = 20


@mark.parametrize("round", range(5))
def test_of_many_writes_on_one_version_exactly_one_is_made(told, round):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "version": 0, "outbox": []})

        async def commit(documents, number):
            change = {"$set": {"version": 1, "by": number}, "$push": {"outbox": {"id": number}}}
            done = await documents.update_one({"_id": "o", "version": 0}, change)
            return number if done.matched_count else None

        winners = [each for each in await shop.race(commit, ATTEMPTS) if each is not None]
        return winners, await shop.documents.find_one({"_id": "o"})

    winners, after = told(story)
    assert len(winners) == 1
    assert after == {"_id": "o", "version": 1, "by": winners[0], "outbox": [{"id": winners[0]}]}


@mark.parametrize("round", range(5))
def test_of_many_that_want_one_ticket_exactly_one_gets_it(told, round):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)

        async def order(documents, number):
            await documents.insert_one({"_id": f"o{number}", HELD: "t"})
            return "held"

        return await shop.race(order, ATTEMPTS), await shop.documents.count_documents({HELD: "t"})

    outcomes, kept = told(story)
    assert sorted(outcomes) == ["DuplicateKeyError"] * (ATTEMPTS - 1) + ["held"]
    assert kept == 1


def test_of_many_that_draw_one_number_exactly_one_keeps_it(told):
    async def story(shop):
        await shop.documents.create_index([("ticket.id", 1), ("hold", 1)], unique=True)

        async def order(documents, number):
            await documents.insert_one({"_id": f"o{number}", "ticket": {"id": "t"}, "hold": 1})
            return "drawn"

        return await shop.race(order, ATTEMPTS)

    assert sorted(told(story)) == ["DuplicateKeyError"] * (ATTEMPTS - 1) + ["drawn"]


def test_of_many_that_insert_one_id_exactly_one_does(told):
    async def story(shop):
        async def insert(documents, number):
            await documents.insert_one({"_id": "o", "by": number})
            return "inserted"

        return await shop.race(insert, ATTEMPTS)

    assert sorted(told(story)) == ["DuplicateKeyError"] * (ATTEMPTS - 1) + ["inserted"]


def test_of_many_updates_that_would_take_one_value_exactly_one_does(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        for number in range(ATTEMPTS):
            await shop.documents.insert_one({"_id": f"o{number}"})

        async def take(documents, number):
            await documents.update_one({"_id": f"o{number}"}, {"$set": {HELD: "t"}})
            return "held"

        return await shop.race(take, ATTEMPTS), await shop.documents.count_documents({HELD: "t"})

    outcomes, kept = told(story)
    assert sorted(outcomes) == ["DuplicateKeyError"] * (ATTEMPTS - 1) + ["held"]
    assert kept == 1


def test_of_many_that_count_up_none_is_lost(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "k", "failures": 0})

        async def add(documents, number):
            return await documents.find_one_and_update(
                {"_id": "k"}, {"$inc": {"failures": 1}}, return_document=True
            )

        answers = [each["failures"] for each in await shop.race(add, ATTEMPTS)]
        return answers, (await shop.documents.find_one({"_id": "k"}))["failures"]

    answers, kept = told(story)
    assert kept == ATTEMPTS
    # mongo-java-server may put a later count into an answer, so they need not all differ there.
    assert set(answers) <= set(range(1, ATTEMPTS + 1))
    assert told is not told_to_fake or len(set(answers)) == ATTEMPTS


def test_of_many_that_push_and_pull_none_is_lost(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "outbox": [{"id": -1}]})

        async def push_and_pull(documents, number):
            push = {"$push": {"outbox": {"$each": [{"id": number}]}}}
            await documents.update_one({"_id": "o"}, push)
            if number % 2:
                await documents.update_one({"_id": "o"}, {"$pull": {"outbox": {"id": number}}})

        await shop.race(push_and_pull, ATTEMPTS)
        return await shop.documents.find_one({"_id": "o"})

    left = {entry["id"] for entry in told(story)["outbox"]}
    assert left == {-1, *range(0, ATTEMPTS, 2)}
