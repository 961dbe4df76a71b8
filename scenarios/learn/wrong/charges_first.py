"""Falls on 6 by paid-is-charged, story 2: it charges before the seat is kept, which expires
meanwhile."""


async def handle(message, store, bus, cards):
    seat, order, type = message["seat"], message.get("order"), message["type"]
    if type == "pay":
        await cards.charge(order, 4500, key=order)
    orders = await change(store, seat, order, type)
    if type == "who":
        await bus.publish({"type": "holder", "order": holder_of(orders), "seat": seat})
        return
    if type == "order" and orders[order] == "sold":
        await bus.later(900, {"type": "expire", "order": order, "seat": seat})
    if orders[order] != "paying":  # whoever charges will say how it went
        await bus.publish({"type": orders[order], "order": order, "seat": seat})


async def change(store, seat, order, type):
    while True:
        orders, version = await store.get(seat)
        orders = orders or {}
        if not decide(orders, order, type):
            return orders
        if await store.put(seat, orders, if_version=version):
            return orders


def holder_of(orders):
    holding = ("sold", "paying", "paid")
    return next((order for order, state in orders.items() if state in holding), None)


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
