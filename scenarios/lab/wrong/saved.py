"""Notebook 8."""

from contextlib import suppress

from nats.aio.msg import Msg

from scenarios.lab.wrong.answers import WrongAnswer
from services.common.events import Document, Envelope, Event
from services.common.messaging import Consumer
from services.common.outages import SERVER_ERRORS
from services.common.outbox import Outbox
from services.common.versioning import Decision, OutOfOrder


async def takes_out_first(self: Outbox, document: Document) -> None:
    for entry in document["outbox"]:
        await self.remove(document["_id"], entry)
        await self.publish(entry)


async def sent_is_stored(self: Outbox, document: Document) -> None:
    for entry in document["outbox"]:
        with suppress(*SERVER_ERRORS):
            await self.publish(entry)
        await self.remove(document["_id"], entry)


async def tidies_up_in_any_case(self: Outbox, document: Document) -> None:
    for entry in document["outbox"]:
        try:
            await self.publish(entry)
        finally:
            await self.remove(document["_id"], entry)


async def empties_what_it_has_read(self: Outbox, document: Document) -> None:
    for entry in document["outbox"]:
        await self.publish(entry)
    await self._documents.update_one({"_id": document["_id"]}, {"$set": {"outbox": []}})


async def never_takes_out(self: Outbox, document: Document) -> None:
    for entry in document["outbox"]:
        await self.publish(entry)


async def acknowledges_first(
    self: Consumer, message: Msg, envelope: Envelope, event: Event
) -> None:
    await message.ack()
    decision = await self._handlers[envelope.type](event)
    self._telemetry.decided(envelope, decision, 1)


async def acknowledges_in_any_case(
    self: Consumer, message: Msg, envelope: Envelope, event: Event
) -> None:
    try:
        decision = await self._handlers[envelope.type](event)
        self._telemetry.decided(envelope, decision, 1)
    finally:
        await message.ack()


async def takes_early_for_done(
    self: Consumer, message: Msg, envelope: Envelope, event: Event
) -> None:
    with suppress(OutOfOrder):
        decision = await self._handlers[envelope.type](event)
        self._telemetry.decided(envelope, decision, 1)
    await message.ack()


async def acknowledges_only_what_was_applied(
    self: Consumer, message: Msg, envelope: Envelope, event: Event
) -> None:
    decision = await self._handlers[envelope.type](event)
    self._telemetry.decided(envelope, decision, 1)
    if decision is Decision.APPLY:
        await message.ack()


WRONG = (
    WrongAnswer(
        "relay",
        "take it out first, so that nothing is published twice",
        takes_out_first,
        "every-version-announced",
        "await self.publish",
    ),
    WrongAnswer(
        "relay",
        "what was sent will have arrived",
        sent_is_stored,
        "every-version-announced",
        "await self.publish",
    ),
    WrongAnswer(
        "relay",
        "to tidy up belongs into finally",
        tidies_up_in_any_case,
        "every-version-announced",
        "await self.publish",
    ),
    WrongAnswer(
        "relay",
        "all is published, so the outbox is empty",
        empties_what_it_has_read,
        "every-version-announced",
        "await self.publish",
    ),
    WrongAnswer(
        "relay",
        "the broker drops what it knows, so to publish again does no harm",
        never_takes_out,
        "nothing-stuck",
        "for entry in",
    ),
    WrongAnswer(
        "handle",
        "say at once that it has come",
        acknowledges_first,
        "taken-once",
        "await message.ack()",
    ),
    WrongAnswer(
        "handle",
        "whatever came of it, the message was taken",
        acknowledges_in_any_case,
        "taken-once",
        "await message.ack()",
    ),
    WrongAnswer(
        "handle",
        "what comes too early is not meant for me",
        takes_early_for_done,
        "taken-once",
        "await message.ack()",
    ),
    WrongAnswer(
        "handle",
        "a duplicate is not worth an answer",
        acknowledges_only_what_was_applied,
        "nothing-stuck",
        "self._telemetry.decided",
    ),
)
