"""Notebook 8."""

from nats.aio.msg import Msg

from services.common.events import Document, Envelope, Event
from services.common.messaging import Consumer
from services.common.outbox import Outbox
from services.common.versioning import OutOfOrder


async def _publish_of(self: Outbox, document: Document) -> None:
    """Publish first: what is published twice does no harm, and what never is does."""
    for entry in document["outbox"]:
        await self.publish(entry)
        await self.remove(document["_id"], entry)


async def handle(self: Consumer, message: Msg, envelope: Envelope, event: Event) -> None:
    """The effect, and then the acknowledgement; what fails is not acknowledged."""
    try:
        decision = await self._handlers[envelope.type](event)
    except OutOfOrder:
        return await message.nak(1.0)
    self._telemetry.decided(envelope, decision, 1)
    await message.ack()
