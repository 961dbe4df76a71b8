"""Slips in what publishes, in what takes, and in what a database is to see to."""

import asyncio
from contextlib import suppress
from typing import Any

from services.common.versioning import Decision, OutOfOrder
from services.orders.repository import HELD
from tests.scenarios.lab.slips import wrong

# --- relay ----------------------------------------------------------------------------------------


@wrong("relay")
async def publishes_nothing(self: Any, document: Any) -> None: ...


@wrong("relay")
async def takes_all_out(self: Any, document: Any) -> None:
    for entry in document["outbox"]:
        await self.remove(document["_id"], entry)


@wrong("relay")
async def publishes_one_and_leaves(self: Any, document: Any) -> None:
    entry = document["outbox"][0]
    await self.publish(entry)
    await self.remove(document["_id"], entry)


@wrong("relay")
async def publishes_the_newest(self: Any, document: Any) -> None:
    entry = document["outbox"][-1]
    await self.publish(entry)
    await self._documents.update_one({"_id": document["_id"]}, {"$unset": {"outbox": ""}})


@wrong("relay")
async def does_both_at_once(self: Any, document: Any) -> None:
    for entry in document["outbox"]:
        await asyncio.gather(self.publish(entry), self.remove(document["_id"], entry))


@wrong("relay")
async def leaves_it_to_a_task(self: Any, document: Any) -> None:
    for entry in document["outbox"]:
        asyncio.get_running_loop().create_task(self.publish(entry))
        await self.remove(document["_id"], entry)


@wrong("relay")
async def takes_out_of_another(self: Any, document: Any) -> None:
    for entry in document["outbox"]:
        await self.publish(entry)
        await self.remove(entry["id"], entry)


@wrong("relay")
async def gives_up_after_a_second(self: Any, document: Any) -> None:
    for entry in document["outbox"]:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.publish(entry), 0.01)
        await self.remove(document["_id"], entry)


@wrong("relay")
async def publishes_the_document(self: Any, document: Any) -> None:
    await self.publish(document)
    for entry in document["outbox"]:
        await self.remove(document["_id"], entry)


# --- handle ---------------------------------------------------------------------------------------


async def done(self: Any, envelope: Any, event: Any) -> Decision:
    decision: Decision = await self._handlers[envelope.type](event)
    self._telemetry.decided(envelope, decision, 1)
    return decision


@wrong("handle")
async def does_nothing(self: Any, message: Any, envelope: Any, event: Any) -> None: ...


@wrong("handle")
async def only_acknowledges(self: Any, message: Any, envelope: Any, event: Any) -> None:
    await message.ack()


@wrong("handle")
async def never_acknowledges(self: Any, message: Any, envelope: Any, event: Any) -> None:
    await done(self, envelope, event)


@wrong("handle")
async def gives_everything_back(self: Any, message: Any, envelope: Any, event: Any) -> None:
    await done(self, envelope, event)
    await message.nak(1.0)


@wrong("handle")
async def does_it_beside_the_acknowledgement(
    self: Any, message: Any, envelope: Any, event: Any
) -> None:
    await asyncio.gather(done(self, envelope, event), message.ack())


@wrong("handle")
async def swallows_what_fails(self: Any, message: Any, envelope: Any, event: Any) -> None:
    with suppress(Exception):
        await done(self, envelope, event)
    await message.ack()


@wrong("handle")
async def ends_what_is_early(self: Any, message: Any, envelope: Any, event: Any) -> None:
    try:
        await done(self, envelope, event)
    except OutOfOrder:
        return await message.term()
    await message.ack()


@wrong("handle")
async def acknowledges_and_then_does_it_twice(
    self: Any, message: Any, envelope: Any, event: Any
) -> None:
    await message.ack()
    await done(self, envelope, event)
    await done(self, envelope, event)


@wrong("handle")
async def gives_back_what_it_had_before(self: Any, message: Any, envelope: Any, event: Any) -> None:
    if await done(self, envelope, event) is Decision.DUPLICATE:
        return await message.nak(1.0)
    await message.ack()


# --- prepare --------------------------------------------------------------------------------------


def indexed(keys: Any, **options: Any) -> Any:
    async def prepare(self: Any) -> None:
        await self._documents.create_index(keys, **options)

    return prepare


wrong(
    "prepare",
    indexed(HELD),
    indexed("ticket.id", sparse=True),
    indexed("user_id", unique=True),
    indexed("status", unique=True),
    indexed("status", unique=True, sparse=True),
    indexed("held", unique=True, sparse=True),
    indexed("HELD", unique=True, sparse=True),
    indexed([(HELD, 1), ("_id", 1)], unique=True),
    indexed([("ticket.id", 1), ("status", 1)], unique=True),
    indexed(HELD, unique=False, sparse=True),
    indexed(HELD, unique=0, sparse=True),
    indexed(HELD, unique="yes", sparse=True),
    indexed(HELD, unique=True, sparse="yes"),
    indexed(HELD, unique=[HELD], sparse=True),
    indexed(HELD, unic=True),
    indexed([], unique=True),
)


@wrong("prepare")
async def makes_none(self: Any) -> None:
    return None


@wrong("prepare")
async def drops_it_again(self: Any) -> None:
    await self._documents.create_index(HELD, unique=True, sparse=True)
    await self._documents.drop_indexes()


@wrong("prepare")
async def makes_it_of_another_collection(self: Any) -> None:
    await self._documents.database["held"].create_index(HELD, unique=True, sparse=True)
