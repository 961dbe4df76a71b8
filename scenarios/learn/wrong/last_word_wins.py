"""Falls on 3b by holder-as-told, story 2: what comes last counts, whatever was said before."""


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
    elif order in orders:
        await bus.publish({"type": orders[order], "order": order, "seat": seat})


def holder_of(orders):
    return next((order for order, state in orders.items() if state == "sold"), None)


def decide(orders, order, type):
    state = orders.get(order)
    if type == "order" and state != "refused":
        others = holder_of(orders) not in (None, order)
        orders[order] = "refused" if others else "sold"
    elif type == "cancel" and state != "refused":
        orders[order] = "cancelled"
    return orders.get(order) != state
