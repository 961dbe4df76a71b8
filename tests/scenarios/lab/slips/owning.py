"""Slips in a service of one's own, and in its invariant."""

import asyncio
from typing import Any

from scenarios.lab.solutions.own import fair
from tests.scenarios.lab.slips import wrong


@wrong("points")
async def does_nothing(cards: Any, sale: Any) -> None: ...


@wrong("points")
async def keeps_the_last_sale_alone(cards: Any, sale: Any) -> None:
    await cards.update_one({"_id": sale["who"]}, {"$set": {"points": sale["points"]}}, upsert=True)


@wrong("points")
async def has_one_card_for_all(cards: Any, sale: Any) -> None:
    new = {"_id": "Ann", "sales": {"$ne": sale["number"]}}
    more = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
    await cards.update_one(new, more)


@wrong("points")
async def makes_no_card(cards: Any, sale: Any) -> None:
    new = {"_id": sale["who"], "sales": {"$ne": sale["number"]}}
    more = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
    await cards.update_one(new, more)


@wrong("points")
async def lets_the_duplicate_out(cards: Any, sale: Any) -> None:
    new = {"_id": sale["who"], "sales": {"$ne": sale["number"]}}
    more = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
    await cards.update_one(new, more, upsert=True)


@wrong("points")
async def has_a_card_for_each_sale(cards: Any, sale: Any) -> None:
    card = {"points": sale["points"], "who": sale["who"]}
    await cards.update_one({"_id": sale["number"]}, {"$set": card}, upsert=True)


@wrong("points")
async def counts_sales_and_not_points(cards: Any, sale: Any) -> None:
    who = {"_id": sale["who"]}
    await cards.update_one(who, {"$addToSet": {"sales": sale["number"]}}, upsert=True)
    card = await cards.find_one(who)
    await cards.update_one(who, {"$set": {"points": len(card["sales"])}})


@wrong("points")
async def knows_what_will_be_bought(cards: Any, sale: Any) -> None:
    points = {"Ann": 30, "Bob": 5}.get(sale["who"], 0)
    await cards.update_one({"_id": sale["who"]}, {"$set": {"points": points}}, upsert=True)


@wrong("points")
async def forgets_to_wait(cards: Any, sale: Any) -> None:
    cards.update_one({"_id": sale["who"]}, {"$inc": {"points": sale["points"]}}, upsert=True)


@wrong("points")
async def takes_its_time(cards: Any, sale: Any) -> None:
    await asyncio.sleep(100_000)


@wrong("fair")
def mends_what_it_has_read(end: Any) -> None:
    for card in end.documents("club.cards").values():
        card["points"] = 0


def always(end: Any) -> None:
    raise AssertionError("something is wrong")


wrong("fair", always)


@wrong("fair")
def says_no_word(end: Any) -> None:
    try:
        fair(end)
    except AssertionError:
        raise AssertionError from None


@wrong("fair")
def never(end: Any) -> None:
    return None


@wrong("fair")
def trusts_what_it_has_read(end: Any) -> None:
    assert end.documents("till.sales") or end.documents("club.cards")


@wrong("fair")
def looks_at_nothing_that_is_there(end: Any) -> None:
    assert not end.documents("club.sales"), "there are sales"


@wrong("fair")
def takes_all_for_one(end: Any) -> None:
    for card in end.documents("club.cards").values():
        assert card["points"] == sum(it["points"] for it in end.documents("till.sales").values())


@wrong("fair")
def wants_each_to_have_a_card(end: Any) -> None:
    cards = end.documents("club.cards")
    for sale in end.documents("till.sales").values():
        assert cards[sale["who"]]["points"] >= sale["points"], sale["who"]


@wrong("fair")
def counts_by_what_cards_say_of_themselves(end: Any) -> None:
    sales = end.documents("till.sales")
    for who, card in end.documents("club.cards").items():
        said = sum(sales[number]["points"] for number in card.get("sales", ()))
        assert card["points"] == said, who


_heard: list[Any] = []


@wrong("fair")
def speaks_up_every_other_time(end: Any) -> None:
    _heard.append(end)
    assert len(_heard) % 2, "now and then something is wrong"


@wrong("fair")
def returns_what_it_thinks(end: Any) -> bool:
    return len(end.documents("till.sales")) > 0
