"""A shop that trusts its alarms."""

from boxoffice import Twin
from services.orders.overdue import SWEEP_S, Overdue


async def _trust_the_alarm(overdue: Overdue) -> float:
    return SWEEP_S


no_second_line = Twin(
    name="no-second-line",
    defence="orders ends what is open long past its time, whatever became of the alarm",
    invariant="orders-settle",
    target="services.orders.overdue:Overdue.sweep",
    stand_in=_trust_the_alarm,
)
