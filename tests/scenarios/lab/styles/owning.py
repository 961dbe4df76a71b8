"""Right answers to notebook 12."""

from collections import Counter, defaultdict
from typing import Any

from pymongo.errors import DuplicateKeyError

from tests.scenarios.lab.styles import logged, logged_while_waiting, right


@right("points")
async def makes_the_card_first(cards: Any, sale: Any) -> None:
    who = {"_id": sale["who"]}
    await cards.update_one(who, {"$setOnInsert": {"points": 0, "sales": []}}, upsert=True)
    more = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
    await cards.update_one(who | {"sales": {"$ne": sale["number"]}}, more)


@right("points")
async def with_try(cards, sale):
    try:
        await cards.update_one(
            {"_id": sale["who"], f"by.{sale['number']}": {"$exists": False}},
            {"$inc": {"points": sale["points"]}, "$set": {f"by.{sale['number']}": True}},
            upsert=True,
        )
    except DuplicateKeyError:
        return None


@right("points")
async def with_one_conditional_write(cards, sale):
    card = await cards.find_one({"_id": sale["who"]})
    if card is None:
        first = {"_id": sale["who"], "points": sale["points"], "sales": [sale["number"]]}
        await cards.insert_one(first)
    elif sale["number"] not in card["sales"]:
        more = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
        await cards.update_one({"_id": sale["who"], "sales": card["sales"]}, more)


@right("points")
@logged_while_waiting
async def from_what_is_kept_of_each(collection, message, *more):
    who, key = {"_id": message["who"]}, f"sales.{message['number']}"
    await collection.update_one(who, {"$set": {key: message["points"]}}, upsert=True)
    card = await collection.find_one(who)
    await collection.update_one(who, {"$set": {"points": sum(card["sales"].values())}})


@right("fair")
def with_two_dicts(end: Any) -> None:
    paid = defaultdict(int)
    for sale in end.documents("till.sales").values():
        paid[sale["who"]] += sale["points"]
    got = {who: card["points"] for who, card in end.documents("club.cards").items()}
    assert dict(paid) == got, f"{got} is not {dict(paid)}"


@right("fair")
def with_a_counter(end):
    rest = Counter()
    for sale in end.documents("till.sales").values():
        rest[sale["who"]] += sale["points"]
    for who, card in end.documents("club.cards").items():
        rest[who] -= card["points"]
    assert not any(rest.values()), rest


@right("fair")
@logged
def with_a_helper(of, *ignored):
    sales, cards = of.documents("till.sales"), of.documents("club.cards")

    def worth(who):
        return sum(it["points"] for it in sales.values() if it["who"] == who)

    everybody = {it["who"] for it in sales.values()} | set(cards)
    wrong = [who for who in everybody if cards.get(who, {}).get("points", 0) != worth(who)]
    if wrong:
        raise AssertionError(f"not as it was paid for: {', '.join(sorted(wrong))}")


@right("fair")
def in_three_sentences(end):
    sales, cards = end.documents("till.sales").values(), end.documents("club.cards")
    buyers = {sale["who"] for sale in sales}
    assert buyers <= set(cards), "somebody who bought has no card"
    assert set(cards) <= buyers, "somebody who has a card never bought"
    for who in buyers:
        paid = sum(sale["points"] for sale in sales if sale["who"] == who)
        assert cards[who]["points"] == paid, f"{who} has paid for {paid}"
