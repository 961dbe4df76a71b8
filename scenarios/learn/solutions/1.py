async def handle(message, store, bus):
    seat = message["seat"]
    if message["type"] == "order":
        await store.put(seat, message["order"])
        await bus.publish({"type": "sold", "order": message["order"], "seat": seat})
    elif message["type"] == "who":
        holder, version = await store.get(seat)
        await bus.publish({"type": "holder", "order": holder, "seat": seat})
