"""Notebook 12."""

from collections import Counter
from contextlib import suppress
from typing import Any

from pymongo.errors import DuplicateKeyError


async def add(cards: Any, sale: Any) -> None:
    """Counted, and remembered as counted, in one write."""
    new = {"_id": sale["who"], "sales": {"$ne": sale["number"]}}
    change = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
    with suppress(DuplicateKeyError):  # the card is there, and has it
        await cards.update_one(new, change, upsert=True)


def fair(end: Any) -> None:
    """Each card is worth what was paid for it, whoever it is that has one."""
    paid: Counter[str] = Counter()
    for sale in end.documents("till.sales").values():
        paid[sale["who"]] += sale["points"]
    cards = end.documents("club.cards")
    for who in {*paid, *cards}:
        got = cards[who]["points"] if who in cards else 0
        assert got == paid[who], f"{who} has {got} points, and has paid for {paid[who]}"
