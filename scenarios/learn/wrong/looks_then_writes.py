"""Falls on 2 by no-double-sale, story 2: between its look and its write, somebody else wrote."""


async def handle(message, store, bus):
    seat = message["seat"]
    holder, version = await store.get(seat)
    if message["type"] == "order":
        order = message["order"]
        if holder is None:
            await store.put(seat, order)
        answer = "sold" if holder is None else "refused"
        await bus.publish({"type": answer, "order": order, "seat": seat})
    elif message["type"] == "who":
        await bus.publish({"type": "holder", "order": holder, "seat": seat})
