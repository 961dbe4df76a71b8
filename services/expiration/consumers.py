"""The door for other services: what orders say.

A timer is set or settled whatever else has happened to the order, so expiration counts no versions
and need not hear of those that neither set nor settle one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from services.common.events import Event, OrderCancelled, OrderCompleted, OrderCreated
from services.common.messaging import Handler
from services.common.versioning import Decision
from services.expiration.domain import OrderId
from services.expiration.use_cases import TimersOnOrders


def handlers(timers: TimersOnOrders) -> Mapping[type[Event], Handler]:
    """Return what expiration does with each type of event."""

    async def created(event: OrderCreated) -> Decision:
        due = datetime.fromisoformat(event.expires_at).astimezone(UTC)
        return await timers.start(OrderId(event.id), due)

    async def settled(event: OrderCancelled | OrderCompleted) -> Decision:
        return await timers.settle(OrderId(event.id))

    return {OrderCreated: created, OrderCancelled: settled, OrderCompleted: settled}
