"""Falls on 3a by one-mind, story 10: it tells two copies of one order that came in the same
instant apart."""


async def handle(message, store, bus):
    seat = message["seat"]
    holder, version = await store.get(seat)
    if message["type"] == "order":
        order = message["order"]
        if holder == order:
            answer = "sold"
        elif holder is None and await store.put(seat, order, if_version=version):
            answer = "sold"
        else:
            answer = "refused"
        await bus.publish({"type": answer, "order": order, "seat": seat})
    elif message["type"] == "who":
        await bus.publish({"type": "holder", "order": holder, "seat": seat})
