"""Falls on 2 by no-double-sale, story 1: it says so before it knows."""


async def handle(message, store, bus):
    seat = message["seat"]
    holder, version = await store.get(seat)
    if message["type"] == "order":
        order = message["order"]
        answer = "sold" if holder is None else "refused"
        await bus.publish({"type": answer, "order": order, "seat": seat})
        await store.put(seat, order, if_version=version)
    elif message["type"] == "who":
        await bus.publish({"type": "holder", "order": holder, "seat": seat})
