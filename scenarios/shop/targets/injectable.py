"""What can be broken where: a story that needs more than that cannot be told there."""

from collections.abc import Sequence

from boxoffice.faults import Fault
from scenarios.shop.stage import CannotBeTold


def require_message_faults(faults: Sequence[Fault]) -> None:
    """Between real processes messages can come twice, late and in another order.

    Raises: CannotBeTold, which names the faults that cannot be caused there.
    """
    others = [fault for fault in faults if not fault.alters_deliveries]
    if others:
        raise CannotBeTold(f"{_names(others)} cannot be caused between real processes")


def require_background_faults(faults: Sequence[Fault]) -> Sequence[Fault]:
    """Return the faults, all of which strike a share of what happens: the story holds without.

    Raises: CannotBeTold, if one of them is part of the plot.
    """
    plot = [fault for fault in faults if fault.when.share == 1.0]
    if plot:
        raise CannotBeTold(f"{_names(plot)} cannot be caused from outside")
    return faults


def _names(faults: Sequence[Fault]) -> str:
    return " and ".join(dict.fromkeys(fault.name for fault in faults))
