"""Falls on 3c by one-mind, story 15: whom it refused it forgets, and sells to when the order
comes again."""


async def handle(message, store, bus):
    seat, order = message["seat"], message.get("order")
    while True:
        value, version = await store.get(seat)
        value = value or {"holder": None, "cancelled": []}
        before = str(value)
        if message["type"] == "order" and order not in value["cancelled"]:
            value["holder"] = value["holder"] or order
        elif message["type"] == "cancel" and order not in value["cancelled"]:
            value["cancelled"].append(order)
            if value["holder"] == order:
                value["holder"] = None
        if str(value) == before or await store.put(seat, value, if_version=version):
            break
    if message["type"] == "who":
        await bus.publish({"type": "holder", "order": value["holder"], "seat": seat})
    else:
        await bus.publish({"type": answer(value, order), "order": order, "seat": seat})


def answer(value, order):
    if order in value["cancelled"]:
        return "cancelled"
    return "sold" if value["holder"] == order else "refused"
