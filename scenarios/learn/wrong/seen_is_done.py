"""Falls on 4 by answered, story 3: it marks a message as seen, and dies before it has done
anything."""

from asyncio import Lock

lock = Lock()


async def handle(message, store, bus):
    seat, order = message["seat"], message.get("order")
    async with lock:
        orders, version = await store.get(seat)
        orders = orders or {}
        if message["type"] == "who":
            return await bus.publish({"type": "holder", "order": holder_of(orders), "seat": seat})
        seen, version = await store.get("seen")
        mark = [message["type"], order]
        if mark in (seen or []):
            return
        await store.put("seen", [*(seen or []), mark])
        state = orders.get(order)
        if message["type"] == "order" and state is None:
            orders[order] = "refused" if holder_of(orders) else "sold"
        elif message["type"] == "cancel" and state in (None, "sold"):
            orders[order] = "cancelled"
        await store.put(seat, orders)
        await bus.publish({"type": orders[order], "order": order, "seat": seat})


def holder_of(orders):
    return next((order for order, state in orders.items() if state == "sold"), None)
