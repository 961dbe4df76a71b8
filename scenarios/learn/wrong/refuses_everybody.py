"""Falls on 1 by sold-if-free, story 1: who sells nothing never sells anything twice."""


async def handle(message, store, bus):
    seat, order = message["seat"], message.get("order")
    answer = "refused" if message["type"] == "order" else "holder"
    await bus.publish({"type": answer, "order": order, "seat": seat})
