"""Falls on 4 by answered, story 1: if nothing has changed it says nothing, though nobody may have
heard it."""


async def handle(message, store, bus):
    seat, order = message["seat"], message.get("order")
    while True:
        orders, version = await store.get(seat)
        orders = orders or {}
        if message["type"] == "who":
            return await bus.publish({"type": "holder", "order": holder_of(orders), "seat": seat})
        if not decide(orders, order, message["type"]):
            return
        if await store.put(seat, orders, if_version=version):
            break
    await bus.publish({"type": orders[order], "order": order, "seat": seat})


def holder_of(orders):
    return next((order for order, state in orders.items() if state == "sold"), None)


def decide(orders, order, type):
    state = orders.get(order)
    if type == "order" and state is None:
        orders[order] = "refused" if holder_of(orders) else "sold"
    elif type == "cancel" and state in (None, "sold", "refused"):
        orders[order] = "cancelled"
    return orders.get(order) != state
