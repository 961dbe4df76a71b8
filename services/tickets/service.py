"""The tickets service, put together."""

from services.common.drivers import Drivers
from services.common.handbook import routes as handbook
from services.common.http import create_app
from services.common.messaging import ASK_TIMEOUT_S, Consumer
from services.common.outbox import Outbox
from services.common.probes import probes
from services.common.service import Service
from services.common.telemetry import Telemetry
from services.tickets.api import router
from services.tickets.consumers import handlers
from services.tickets.repository import Tickets
from services.tickets.use_cases import TicketsForPeople, TicketsOnOrders


def assemble(drivers: Drivers) -> Service:
    """Build the service on its drivers; nothing connects and nothing runs yet."""
    telemetry = Telemetry("tickets", drivers.log, drivers.spans)
    jetstream = drivers.nats.jetstream(timeout=ASK_TIMEOUT_S)
    documents = drivers.database["tickets"]
    outbox = Outbox(documents, jetstream, drivers.clock, telemetry)
    tickets = Tickets(documents, outbox)
    app = create_app(router, telemetry, drivers, tickets=TicketsForPeople(tickets, drivers.ids))
    app.router.routes.extend(handbook.router.routes)  # one of the five has to serve it
    consumer = Consumer(
        jetstream,
        handlers(TicketsOnOrders(tickets, telemetry)),
        telemetry,
        drivers.ids,
        drivers.settings.stream_replicas,
    )
    return Service(
        app,
        telemetry,
        prepare=[tickets.prepare],
        loops=[outbox.run, consumer.run],
        probes=probes(drivers),
        flush=[outbox.publish_waiting],
        measures=[outbox.measure, consumer.measure],
    )
