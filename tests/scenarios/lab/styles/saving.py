"""Right answers to notebook 8."""

import asyncio
from typing import Any

from services.common.versioning import Decision, OutOfOrder
from tests.scenarios.lab.styles import logged_while_waiting, right


@right("relay")
async def all_first(self: Any, document: Any) -> None:
    for entry in document["outbox"]:
        await self.publish(entry)
    for entry in document["outbox"]:
        await self.remove(document["_id"], entry)


@right("relay")
async def side_by_side(self, document):
    async def one(entry):
        await self.publish(entry)
        await self.remove(document["_id"], entry)

    await asyncio.gather(*map(one, document["outbox"]))


@right("relay")
async def with_a_while(relay, of):
    waiting = list(of["outbox"])
    while waiting:
        entry = waiting.pop(0)
        await relay.publish(entry)
        await relay.remove(of["_id"], entry)


@right("relay")
@logged_while_waiting
async def with_try_and_else(self, document):
    for entry in document.get("outbox", []):
        try:
            await self.publish(entry)
        except Exception:
            raise
        else:
            await self.remove(document["_id"], entry)


@right("relay")
async def with_its_own_pull(self, document):
    sent = []
    for entry in document["outbox"]:
        await self.publish(entry)
        sent.append(entry["id"])
    pull = {"$pull": {"outbox": {"id": {"$in": sent}}}}
    await self._documents.update_one({"_id": document["_id"]}, pull)


@right("handle")
async def without_a_word(self: Any, message: Any, envelope: Any, event: Any) -> None:
    await self._handlers[envelope.type](event)
    await message.ack()


@right("handle")
async def with_match(self, message, envelope, event):
    try:
        decision = await self._handlers[envelope.type](event)
    except OutOfOrder:
        decision = Decision.GAP
    self._telemetry.decided(envelope, decision, 1)
    match decision:
        case Decision.GAP:
            await message.nak(delay=0.5)
        case _:
            await message.ack()


@right("handle")
async def gives_back_whatever_fails(self, message, envelope, event):
    try:
        decision = await self._handlers[envelope.type](event)
    except Exception:
        await message.nak(1.0)
        return
    self._telemetry.decided(envelope, decision, message.metadata.num_delivered)
    await message.ack()


@right("handle")
@logged_while_waiting
async def with_else(it, mail, around, said):
    handler = it._handlers[around.type]
    try:
        decision = await handler(said)
    except OutOfOrder:
        await it._redelivery.give_back(mail)
    else:
        it._telemetry.decided(around, decision, 1)
        await mail.ack()
