"""Falls on 4 by one-mind, story 1: what it knows is in a variable, and dies with it."""

seats = {}


async def handle(message, store, bus):
    seat, order = message["seat"], message.get("order")
    orders = seats.setdefault(seat, {})
    state = orders.get(order)
    if message["type"] == "order" and state is None:
        orders[order] = "refused" if holder_of(orders) else "sold"
    elif message["type"] == "cancel" and state in (None, "sold"):
        orders[order] = "cancelled"
    if message["type"] == "who":
        await bus.publish({"type": "holder", "order": holder_of(orders), "seat": seat})
    else:
        await bus.publish({"type": orders[order], "order": order, "seat": seat})


def holder_of(orders):
    return next((order for order, state in orders.items() if state == "sold"), None)
