"""Falls on 5 by none-left-open, story 10: a sleep dies with whoever sleeps."""

import asyncio

sleepers = set()


async def handle(message, store, bus):
    seat, order = message["seat"], message.get("order")
    while True:
        orders, version = await store.get(seat)
        orders = orders or {}
        if not decide(orders, order, message["type"]):
            break
        if await store.put(seat, orders, if_version=version):
            break
    if message["type"] == "who":
        await bus.publish({"type": "holder", "order": holder_of(orders), "seat": seat})
        return
    if message["type"] == "order" and orders[order] == "sold":
        sleeper = asyncio.ensure_future(expire({**message, "type": "expire"}, store, bus))
        sleepers.add(sleeper)
    await bus.publish({"type": orders[order], "order": order, "seat": seat})


async def expire(message, store, bus):
    await asyncio.sleep(900)
    await handle(message, store, bus)


def holder_of(orders):
    return next((order for order, state in orders.items() if state in ("sold", "paid")), None)


def decide(orders, order, type):
    """Change what is known of the orders of a seat; tell whether anything has changed."""
    state = orders.get(order)
    if type == "order" and state is None:
        orders[order] = "refused" if holder_of(orders) else "sold"
    elif type == "cancel" and state in (None, "sold"):
        orders[order] = "cancelled"
    elif type == "expire" and state == "sold":
        orders[order] = "expired"
    elif type == "pay" and state == "sold":
        orders[order] = "paid"
    return orders.get(order) != state
