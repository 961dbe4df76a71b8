"""A shop that trusts its alarms."""

from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.orders.overdue import Overdue


async def _trust_the_alarm(overdue: "Overdue") -> float:
    from services.orders.overdue import SWEEP_S

    return SWEEP_S


no_second_line = Twin(
    name="no-second-line",
    defence="orders ends what is open long past its time, whatever became of the alarm",
    invariant="orders-settle",
    target="services.orders.overdue:Overdue.sweep",
    stand_in=_trust_the_alarm,
)
