"""Falls on 3a by no-double-sale, story 9: seat and order are two writes, and others come between
them."""


async def handle(message, store, bus):
    seat, order, type = message["seat"], message.get("order"), message["type"]
    if type == "who":
        holder, version = await store.get(seat)
        return await bus.publish({"type": "holder", "order": holder, "seat": seat})
    state, at = await store.get(order)
    if state is None and type == "cancel":
        if not await store.put(order, "cancelled", if_version=at):
            return await handle(message, store, bus)
        state = "cancelled"
    elif state is None:
        holder, version = await store.get(seat)
        state = "refused" if holder else "sold"
        if not await store.put(order, state, if_version=at):
            return await handle(message, store, bus)
        if state == "sold" and not await store.put(seat, order, if_version=version):
            state = "refused"
            await store.put(order, state)
    elif state == "sold" and type == "cancel":
        holder, version = await store.get(seat)
        await store.put(order, "cancelled", if_version=at)
        if holder == order:
            await store.put(seat, None, if_version=version)
        state = "cancelled"
    await bus.publish({"type": state, "order": order, "seat": seat})
