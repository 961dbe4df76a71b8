async def handle(message, store, bus):
    seat = message["seat"]
    holder, version = await store.get(seat)
    if message["type"] == "order":
        order = message["order"]
        if holder is None and await store.put(seat, order, if_version=version):
            await bus.publish({"type": "sold", "order": order, "seat": seat})
        else:
            await bus.publish({"type": "refused", "order": order, "seat": seat})
    elif message["type"] == "who":
        await bus.publish({"type": "holder", "order": holder, "seat": seat})
