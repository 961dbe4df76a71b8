"""The orders service, put together."""

from datetime import timedelta

from services.common.drivers import Drivers
from services.common.http import create_app
from services.common.messaging import ASK_TIMEOUT_S, Consumer
from services.common.outbox import Outbox
from services.common.probes import probes
from services.common.service import Service
from services.common.telemetry import Telemetry
from services.orders.api import router
from services.orders.consumers import handlers
from services.orders.overdue import Overdue
from services.orders.repository import Orders, TicketReplica
from services.orders.use_cases import OrderBook, OrdersForPeople, OrdersOnEvents


def assemble(drivers: Drivers) -> Service:
    """Build the service on its drivers; nothing connects and nothing runs yet."""
    telemetry = Telemetry("orders", drivers.log, drivers.spans)
    jetstream = drivers.nats.jetstream(timeout=ASK_TIMEOUT_S)
    documents = drivers.database["orders"]
    outbox = Outbox(documents, jetstream, drivers.clock, telemetry)
    orders = Orders(documents, outbox)
    tickets = TicketReplica(drivers.database["tickets"])
    book = OrderBook(orders, telemetry)
    window = timedelta(seconds=drivers.settings.expiration_window_s)
    most_open = drivers.settings.most_open_orders
    for_people = OrdersForPeople(
        orders, tickets, book, drivers.clock, drivers.ids, window, most_open
    )
    on_events = OrdersOnEvents(tickets, book)
    overdue = Overdue(orders, book, drivers.clock, drivers.ids, telemetry)
    consumer = Consumer(
        jetstream,
        handlers(on_events),
        telemetry,
        drivers.ids,
        drivers.settings.stream_replicas,
    )
    return Service(
        create_app(router, telemetry, drivers, orders=for_people),
        telemetry,
        prepare=[orders.prepare],
        loops=[outbox.run, consumer.run, overdue.run],
        probes=probes(drivers),
        flush=[outbox.publish_waiting],
        measures=[outbox.measure, consumer.measure],
    )
