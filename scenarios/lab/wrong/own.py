"""Notebook 12."""

from typing import Any

from scenarios.lab.wrong.answers import WrongAnswer


async def adds_whenever_it_comes(cards: Any, sale: Any) -> None:
    await cards.update_one({"_id": sale["who"]}, {"$inc": {"points": sale["points"]}}, upsert=True)


async def looks_and_then_adds(cards: Any, sale: Any) -> None:
    card = await cards.find_one({"_id": sale["who"]})
    if card is None or sale["number"] not in card.get("sales", ()):
        await cards.update_one(
            {"_id": sale["who"]}, {"$inc": {"points": sale["points"]}}, upsert=True
        )
        await cards.update_one({"_id": sale["who"]}, {"$push": {"sales": sale["number"]}})


async def remembers_first(cards: Any, sale: Any) -> None:
    seen = {"_id": f"seen {sale['number']}"}
    if await cards.find_one(seen):
        return
    await cards.insert_one(seen | {"points": 0})
    await cards.update_one({"_id": sale["who"]}, {"$inc": {"points": sale["points"]}}, upsert=True)


async def remembers_the_last_alone(cards: Any, sale: Any) -> None:
    new = {"_id": sale["who"], "last": {"$ne": sale["number"]}}
    change = {"$inc": {"points": sale["points"]}, "$set": {"last": sale["number"]}}
    if await cards.find_one({"_id": sale["who"]}) is None:
        await cards.insert_one({"_id": sale["who"], "points": 0})
    await cards.update_one(new, change)


_done: set[Any] = set()


async def remembers_by_itself(cards: Any, sale: Any) -> None:
    if (sale["number"], sale["points"]) in _done:
        return
    await cards.update_one({"_id": sale["who"]}, {"$inc": {"points": sale["points"]}}, upsert=True)
    _done.add((sale["number"], sale["points"]))


def looks_at_cards_alone(end: Any) -> None:
    for who, card in end.documents("club.cards").items():
        paid = [it for it in end.documents("till.sales").values() if it["who"] == who]
        assert card["points"] == sum(it["points"] for it in paid), who


def looks_at_buyers_alone(end: Any) -> None:
    cards = end.documents("club.cards")
    for sale in end.documents("till.sales").values():
        paid = [it for it in end.documents("till.sales").values() if it["who"] == sale["who"]]
        got = cards[sale["who"]]["points"] if sale["who"] in cards else 0
        assert got == sum(it["points"] for it in paid), sale["who"]


def minds_only_what_is_too_much(end: Any) -> None:
    sales, cards = end.documents("till.sales").values(), end.documents("club.cards")
    for who, card in cards.items():
        assert card["points"] <= sum(it["points"] for it in sales if it["who"] == who), who


def compares_the_totals(end: Any) -> None:
    sales, cards = end.documents("till.sales").values(), end.documents("club.cards").values()
    assert sum(it["points"] for it in sales) == sum(it["points"] for it in cards), "not the same"


def wants_a_card_for_each_sale(end: Any) -> None:
    sales, cards = end.documents("till.sales"), end.documents("club.cards")
    assert len(sales) == len(cards), "a sale has no card"


WRONG = (
    WrongAnswer(
        "points",
        "a message comes once",
        adds_whenever_it_comes,
        "points-as-paid",
        "await cards.update_one",
    ),
    WrongAnswer(
        "points",
        "look whether it was counted, count it, and note that",
        looks_and_then_adds,
        "points-as-paid",
        "await cards",
    ),
    WrongAnswer(
        "points",
        "note it first, so that it is not counted twice",
        remembers_first,
        "points-as-paid",
        "",
    ),
    WrongAnswer(
        "points",
        "a copy comes right after the original",
        remembers_the_last_alone,
        "points-as-paid",
        "await cards.update_one",
    ),
    WrongAnswer(
        "points",
        "a process remembers what it has done",
        remembers_by_itself,
        "points-as-paid",
        "",
    ),
    WrongAnswer(
        "fair",
        "whoever has no card has lost nothing",
        looks_at_cards_alone,
        "notices",
        "",
    ),
    WrongAnswer(
        "fair",
        "whoever has bought nothing has nothing",
        looks_at_buyers_alone,
        "notices",
        "",
    ),
    WrongAnswer(
        "fair",
        "too much is the only thing that costs us",
        minds_only_what_is_too_much,
        "notices",
        "",
    ),
    WrongAnswer(
        "fair",
        "if the totals agree, all is well",
        compares_the_totals,
        "notices",
        "assert sum",
    ),
    WrongAnswer(
        "fair",
        "one sale, one card",
        wants_a_card_for_each_sale,
        "accuses-nobody",
        "assert len",
    ),
)
