"""What expiration knows: which order runs out when."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from services.common.events import ExpirationComplete

OrderId = NewType("OrderId", str)


@dataclass(frozen=True, slots=True)
class Timer:
    """An order, and the moment at which its time is over."""

    order_id: OrderId
    due: datetime


def ring(timer: Timer) -> ExpirationComplete:
    """Say that an order's time is over."""
    return ExpirationComplete(order_id=timer.order_id)
