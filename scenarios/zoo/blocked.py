"""Messages that keep a consumer from going on."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

    from services.common.events import Event, OrderCancelled
    from services.common.messaging import Consumer, Handler
    from services.common.versioning import Decision
    from services.payments.domain import Order
    from services.payments.repository import Orders
    from services.tickets.use_cases import TicketsOnOrders


def _asks_who_it_was(tickets: "TicketsOnOrders") -> "Mapping[type[Event], Handler]":
    from services.common import events

    heard = dict(wants_more.real(tickets))
    cancelled = heard[events.OrderCancelled]

    async def cancelled_by(event: "OrderCancelled") -> "Decision":
        if event.reason == "user":
            tickets._telemetry.log.info("let go", by=event.model_dump()["user_id"])
        decision: Decision = await cancelled(event)
        return decision

    return {**heard, events.OrderCancelled: cancelled_by}


async def _insert_new(orders: "Orders", order: "Order") -> None:
    from services.payments.repository import _to_document

    await orders._aggregates.insert(_to_document(order), [])


async def _until_it_can_be_read(consumer: "Consumer", message: "Msg", reason: str) -> None:
    consumer._telemetry.parked(consumer._type_of(message), reason)
    await consumer._redelivery.give_back(message)


async def _nothing_came(
    consumer: "Consumer",
    subscription: "JetStreamContext.PullSubscription",
    at_most_s: float,
    heartbeat_s: float | None,
) -> "list[Msg]":
    from services.common.messaging import RETRY_S

    try:
        found: list[Msg] = await deaf.real(consumer, subscription, at_most_s, heartbeat_s)
    except Exception:
        await asyncio.sleep(RETRY_S)
        return []
    return found


wants_more = Twin(
    name="wants-more",
    defence="a consumer needs no more of an event than the event says",
    invariant="nothing-stuck",
    shows="a buyer cancels an order, of which the event says less than is wanted",
    target="services.tickets.consumers:handlers",
    stand_in=_asks_who_it_was,
    tier="easy",
    incident=1,
)

created_twice = Twin(
    name="created-twice",
    defence="an order that is mirrored already is no error",
    invariant="nothing-stuck",
    shows="order.created is delivered twice to payments",
    target="services.payments.repository:Orders.insert",
    stand_in=_insert_new,
    tier="easy",
    incident=11,
)

never_parked = Twin(
    name="never-parked",
    defence="what nobody can read is put aside",
    invariant="nothing-stuck",
    shows="a message comes that nobody can read",
    target="services.common.messaging:Consumer.park",
    stand_in=_until_it_can_be_read,
    incident=17,
)

deaf = Twin(
    name="deaf",
    defence="a consumer that the broker has forgotten is made anew",
    invariant="nothing-stuck",
    shows="the broker forgets a consumer",
    target="services.common.messaging:Consumer._fetch",
    stand_in=_nothing_came,
    incident=18,
)
