"""A consumer that says it is done before it is."""

from typing import TYPE_CHECKING

from boxoffice import Twin
from services.common.versioning import OutOfOrder

if TYPE_CHECKING:
    from nats.aio.msg import Msg

    from services.common.events import Envelope, Event
    from services.common.messaging import Consumer


async def _acknowledge_then_store(
    consumer: "Consumer", message: "Msg", envelope: "Envelope", event: "Event"
) -> None:
    attempt = message.metadata.num_delivered
    await message.ack()
    try:
        decision = await consumer._handlers[envelope.type](event)
    except OutOfOrder:
        return
    consumer._telemetry.decided(envelope, decision, attempt)


ack_first = Twin(
    name="ack-first",
    defence="a message is acknowledged after its effect is stored",
    invariant="replicas-converge",
    target="services.common.messaging:Consumer.handle",
    stand_in=_acknowledge_then_store,
)
