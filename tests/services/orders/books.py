"""What the books of a world say, read past any link: orders, tickets, payments and money."""

from typing import Any

from scenarios.shop.world import World

Json = dict[str, Any]
WINDOW_S = 900.0


def orders(world: World) -> list[Json]:
    """Return all orders as orders has stored them."""
    return world.backends.mongo["orders-db"].documents("orders", "orders")


def mirrors(world: World) -> list[Json]:
    """Return all orders as payments has stored them, the payments in them."""
    return world.backends.mongo["payments-db"].documents("payments", "orders")


def tickets(world: World) -> list[Json]:
    """Return all tickets as tickets has stored them."""
    return world.backends.mongo["tickets-db"].documents("tickets", "tickets")


def replicas(world: World) -> list[Json]:
    """Return all tickets as orders has heard of them."""
    return world.backends.mongo["orders-db"].documents("orders", "tickets")


def said(world: World, subject: str) -> list[Json]:
    """Return the data of each event that the stream holds on a subject, in order."""
    stored = world.trace.of_kind("stored")
    return [
        event["data"]["data"]
        for event in stored
        if event["subject"] == subject and not event.get("duplicate")
    ]


def charges(world: World, order_id: str) -> list[Json]:
    """Return the charges that succeeded for an order."""
    made = (it for it in world.backends.stripe.charges.values() if it["status"] == "succeeded")
    return [charge for charge in made if charge["metadata"]["order_id"] == order_id]


def kept_cents(world: World, order_id: str) -> int:
    """Return what was charged for an order and not refunded."""
    made = charges(world, order_id)
    return sum(charge["amount"] - charge["amount_refunded"] for charge in made)


def assert_balanced(world: World) -> None:
    """Assert that everything has ended, that all services agree, and that the money is right."""
    for order in orders(world):
        assert order["status"] in ("complete", "cancelled"), order
        owed = order["ticket"]["price_cents"] if order["status"] == "complete" else 0
        assert len(charges(world, order["_id"])) <= 1, order
        assert kept_cents(world, order["_id"]) == owed, order
    assert_tickets_agree(world)
    assert_payments_agree(world)
    assert_all_is_said(world)
    assert_versions_step(world)


def assert_tickets_agree(world: World) -> None:
    """Assert that a ticket is held by its one order that is not cancelled, and orders knows."""
    holders: dict[str, str] = {}
    for order in orders(world):
        if order["status"] != "cancelled":
            assert order["ticket"]["id"] not in holders, "sold twice"
            holders[order["ticket"]["id"]] = order["_id"]
    own = [(it["_id"], it["version"], it.get("holder")) for it in tickets(world)]
    heard = [(it["_id"], it["version"], it["order_id"]) for it in replicas(world)]
    assert own == heard
    assert own == [(id, version, holders.get(id)) for id, version, _ in own]


def assert_payments_agree(world: World) -> None:
    """Assert that payments has heard of every version, and waits for no answer."""
    ended = [(it["_id"], it["version"], it["status"]) for it in orders(world)]
    assert [(it["_id"], it["version"], it["status"]) for it in mirrors(world)] == ended
    assert not [it for it in mirrors(world) if "unsettled_since" in it]


def assert_all_is_said(world: World) -> None:
    """Assert that each version was announced once, and nothing waits or was put aside."""
    for document in [*orders(world), *mirrors(world), *tickets(world)]:
        assert document["outbox"] == [], document
    for kind, found in (("order", orders(world)), ("ticket", tickets(world))):
        told = [
            (event["data"]["subject"], event["data"]["data"]["version"])
            for event in world.trace.of_kind("stored")
            if event["subject"].startswith(f"{kind}.") and not event.get("duplicate")
        ]
        versions = [(it["_id"], version) for it in found for version in range(it["version"] + 1)]
        assert sorted(told) == sorted(versions)
    assert not [it for it in world.trace.of_kind("stored") if it["subject"].startswith("dead")]


def assert_versions_step(world: World) -> None:
    """Assert that each write that announces something was made from the version before its own."""
    for write in world.trace.of_kind("write"):
        before, after = write["before"], write["after"]
        if before and after and len(after.get("outbox", ())) > len(before.get("outbox", ())):
            counter = "revision" if write["database"] == "payments" else "version"
            assert after[counter] == before[counter] + 1, write
