"""The expiration service, put together.  It has no door for people but the operator's."""

from fastapi import APIRouter

from services.common import tracing
from services.common.clock import iso
from services.common.drivers import Drivers
from services.common.events import enclose
from services.common.http import create_app
from services.common.messaging import ASK_TIMEOUT_S, Consumer
from services.common.outbox import PUBLISH_TIMEOUT_S
from services.common.probes import probes
from services.common.service import Service
from services.common.spans import Kind, of_event
from services.common.telemetry import Telemetry
from services.expiration.consumers import handlers
from services.expiration.domain import Timer, ring
from services.expiration.repository import Timers
from services.expiration.use_cases import AlarmClock, Announce, TimersOnOrders


def assemble(drivers: Drivers) -> Service:
    """Build the service on its drivers; nothing connects and nothing runs yet."""
    telemetry = Telemetry("expiration", drivers.log, drivers.spans)
    timers = Timers(drivers.redis, drivers.ids)
    jetstream = drivers.nats.jetstream(timeout=ASK_TIMEOUT_S)
    alarm = AlarmClock(
        timers, announcer(drivers, telemetry), lambda: consumer.rewind(), drivers.clock, telemetry
    )
    on_orders = TimersOnOrders(timers, drivers.clock, alarm.wake)
    consumer = Consumer(
        jetstream,
        handlers(on_orders),
        telemetry,
        drivers.ids,
        drivers.settings.stream_replicas,
    )
    return Service(
        create_app(APIRouter(), telemetry, drivers),
        telemetry,
        prepare=[alarm.recover],
        loops=[alarm.run, consumer.run],
        probes=probes(drivers),
        measures=[consumer.measure, alarm.measure],
    )


def announcer(drivers: Drivers, telemetry: Telemetry) -> Announce:
    """Return what announces a timer, and returns once JetStream has stored the event."""
    jetstream = drivers.nats.jetstream()

    async def announce(timer: Timer) -> None:
        event, time = ring(timer), iso(drivers.clock.now())
        with (
            tracing.followed("", drivers.ids),
            telemetry.spans.work(Kind.PRODUCER, lambda: of_event(event)),
        ):
            await jetstream.publish(
                event.type,
                enclose(event, source="/services/expiration", time=time).model_dump_json().encode(),
                timeout=PUBLISH_TIMEOUT_S,
                headers={"Nats-Msg-Id": event.message_id, "traceparent": tracing.current()},
            )
        telemetry.published(event.type)

    return announce
