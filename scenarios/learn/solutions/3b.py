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
    else:
        await bus.publish({"type": orders[order], "order": order, "seat": seat})


def holder_of(orders):
    return next((order for order, state in orders.items() if state == "sold"), None)


def decide(orders, order, type):
    """Change what is known of the orders of a seat; tell whether anything has changed."""
    state = orders.get(order)
    if type == "order" and state is None:
        orders[order] = "refused" if holder_of(orders) else "sold"
    elif type == "cancel" and state in (None, "sold"):
        orders[order] = "cancelled"
    return orders.get(order) != state
