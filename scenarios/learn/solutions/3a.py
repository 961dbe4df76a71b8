async def handle(message, store, bus):
    seat = message["seat"]
    holder, version = await store.get(seat)
    if message["type"] == "order":
        order = message["order"]
        if holder is None:
            await store.put(seat, order, if_version=version)
            holder, version = await store.get(seat)
        answer = "sold" if holder == order else "refused"
        await bus.publish({"type": answer, "order": order, "seat": seat})
    elif message["type"] == "who":
        await bus.publish({"type": "holder", "order": holder, "seat": seat})
