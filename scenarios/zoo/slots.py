"""Open orders of which a buyer may have so many, counted too late or for too long."""

from typing import TYPE_CHECKING, Any

from boxoffice import Twin

if TYPE_CHECKING:
    from services.orders.domain import Order, UserId
    from services.orders.use_cases import OrdersForPeople


async def _one_more(self: "OrdersForPeople", buyer: "UserId") -> int:
    opened = await self._orders.open_of(buyer, 10 * self._most_open)
    return max((order.slot or 0 for order in opened), default=0) + 1


def _until_cancelled(order: "Order") -> dict[str, Any]:
    from services.orders.domain import Status
    from services.orders.repository import SLOT

    document: dict[str, Any] = paid_keeps_its_slot.real(order)
    if order.status is Status.COMPLETE and order.slot:
        document[SLOT] = f"{order.user_id}-{order.slot}"
    return document


any_number_of_orders = Twin(
    name="any-number-of-orders",
    defence="a buyer has so many open orders at most",
    invariant="reservations-as-told",
    shows="a buyer orders one seat more than they may",
    target="services.orders.use_cases:OrdersForPeople._free_slot",
    stand_in=_one_more,
)

paid_keeps_its_slot = Twin(
    name="paid-keeps-its-slot",
    defence="an order that was paid is open no longer",
    invariant="reservations-as-told",
    shows="a buyer who has paid orders another seat",
    target="services.orders.repository:_to_document",
    stand_in=_until_cancelled,
)
