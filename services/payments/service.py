"""The payments service, put together."""

from services.common.drivers import Drivers
from services.common.http import create_app
from services.common.messaging import ASK_TIMEOUT_S, Consumer
from services.common.outbox import Outbox
from services.common.probes import probes
from services.common.service import Service
from services.common.telemetry import Telemetry
from services.payments.api import router
from services.payments.cashier import Cashier
from services.payments.consumers import handlers
from services.payments.reconciler import Reconciler
from services.payments.repository import Orders
from services.payments.use_cases import Ledger, PaymentsForPeople, PaymentsOnOrders, Settlement


def assemble(drivers: Drivers) -> Service:
    """Build the service on its drivers; nothing connects and nothing runs yet."""
    telemetry = Telemetry("payments", drivers.log, drivers.spans)
    clock = drivers.clock
    jetstream = drivers.nats.jetstream(timeout=ASK_TIMEOUT_S)
    documents = drivers.database["orders"]
    outbox = Outbox(documents, jetstream, clock, telemetry)
    orders = Orders(documents, outbox)
    ledger = Ledger(orders, telemetry)
    settlement = Settlement(ledger, Cashier(drivers.stripe), clock, telemetry)
    reconciler = Reconciler(orders, settlement, clock, telemetry)
    for_people = PaymentsForPeople(orders, ledger, settlement, clock, drivers.ids, reconciler.wake)
    on_orders = PaymentsOnOrders(orders, ledger, clock, reconciler.wake)
    consumer = Consumer(
        jetstream,
        handlers(on_orders),
        telemetry,
        drivers.ids,
        drivers.settings.stream_replicas,
    )
    return Service(
        create_app(router, telemetry, drivers, payments=for_people),
        telemetry,
        prepare=[orders.prepare],
        loops=[outbox.run, reconciler.run, consumer.run],
        probes=probes(drivers),
        flush=[outbox.publish_waiting],
        measures=[outbox.measure, consumer.measure, reconciler.measure],
    )
