"""Consumers that say they are done before they are, or ask again in the wrong way."""

from dataclasses import replace
from typing import TYPE_CHECKING

from boxoffice import Twin
from services.common.versioning import OutOfOrder

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js.api import ConsumerConfig

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


def _so_often_and_no_more(consumer: "Consumer") -> "ConsumerConfig":
    config: ConsumerConfig = gives_up.real(consumer)
    return replace(config, max_deliver=5)


def _at_once(attempt: int, waiting: int = 0) -> float:
    return 0.0


async def _ended_and_then_kept(consumer: "Consumer", message: "Msg", reason: str) -> None:
    await message.term()
    await consumer._post.post(message, reason)
    consumer._failures.forget(message)
    consumer._telemetry.parked(consumer._type_of(message), reason)


ack_first = Twin(
    name="ack-first",
    defence="a message is acknowledged after its effect is stored",
    invariant="replicas-converge",
    shows="a service dies between its acknowledgement and its write",
    target="services.common.messaging:Consumer.handle",
    stand_in=_acknowledge_then_store,
    tier="easy",
    incident=22,
)

gives_up = Twin(
    name="gives-up",
    defence="a gap waits for its version as long as it takes",
    invariant="replicas-converge",
    shows="messages are lost or late for so long that one is handed over again and again",
    target="services.common.messaging:Consumer._config",
    stand_in=_so_often_and_no_more,
    incident=26,
)

no_delay = Twin(
    name="no-delay",
    defence="what is given back stays away, the longer the more often",
    invariant="no-hot-loop",
    shows="a message comes too early, and what it waits for takes a while",
    target="services.common.redelivery:delay_s",
    stand_in=_at_once,
)

kept_too_late = Twin(
    name="kept-too-late",
    defence="a message that nobody can read is kept before its deliveries end",
    invariant="everybody-hears",
    shows="a message comes that nobody can read",
    target="services.common.messaging:Consumer.park",
    stand_in=_ended_and_then_kept,
)
