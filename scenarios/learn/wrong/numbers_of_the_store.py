"""Falls on 8 by follower-agrees, story 1: the store counts all writes, and the follower waits for
each."""


async def handle(message, store, bus, cards):
    seat, order, type = message["seat"], message.get("order"), message["type"]
    orders = await change(store, bus, seat, order, type)
    if type == "pay" and orders[order] == "paying":
        await cards.charge(order, 4500, key=order)  # silent: raises, and the message comes again
        orders = await change(store, bus, seat, order, "charged")
    if type == "who":
        await bus.publish({"type": "holder", "order": holder_of(orders), "seat": seat})
        return
    if type == "order" and orders[order] == "sold":
        await bus.later(900, {"type": "expire", "order": order, "seat": seat})
    if orders[order] != "paying":  # whoever charges will say how it went
        await bus.publish({"type": orders[order], "order": order, "seat": seat})


async def change(store, bus, seat, order, type):
    """Change the orders of a seat, and tell of it; what is to be told is in the same write."""
    while True:
        value, version = await store.get(seat)
        value = value or {"orders": {}, "version": 0, "outbox": []}
        orders, before = value["orders"], holder_of(value["orders"])
        changed = decide(orders, order, type)
        if holder_of(orders) != before:
            value["version"] = version + 1
            news = {"type": "seat", "seat": seat, "version": value["version"]}
            value["outbox"].append({**news, "order": holder_of(orders)})
        if not changed or await store.put(seat, value, if_version=version):
            break
    for news in value["outbox"]:
        await bus.publish(news)
    if value["outbox"]:  # if somebody was faster, they tell it again, which does no harm
        sent = {**value, "outbox": []}
        await store.put(seat, sent, if_version=version + 1 if changed else version)
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
        orders[order] = "paying"
    elif type == "charged" and state == "paying":
        orders[order] = "paid"
    return orders.get(order) != state
