"""The shop's invariants, as the machine is asked for them: in each state, of each step, at rest."""

from collections.abc import Iterator

from scenarios.model.aggregates import Mirror, Order, Ticket
from scenarios.model.machine import Shop

Counted = Ticket | Order | Mirror


def broken_by(shop: Shop) -> Iterator[str]:
    """Yield the names of the invariants that a state breaks."""
    if sum(order.status != "cancelled" for order in shop.orders) > 1:
        yield "no-double-sale"
    if any(count > 1 for count in (*shop.charges, *shop.refunds)):
        yield "charged-once"


def broken_by_step(before: Shop, after: Shop) -> Iterator[str]:
    """Yield the names of the invariants that a step breaks."""
    for old, new in zip(before.orders, after.orders, strict=False):
        if not old.is_open and old.status != new.status:
            yield "terminal-is-final"
    if any(new != old and new.version != old.version + 1 for old, new in _versions(before, after)):
        yield "versions-step-by-one"
    if any(new not in (old, old + 1) for old, new in zip(before.heard, after.heard, strict=False)):
        yield "versions-step-by-one"
    left, now = before.ticket.holder, after.ticket.holder
    if left is not None and left != now and after.orders[int(left) - 1].status != "cancelled":
        yield "holder-releases"


def broken_at_rest(shop: Shop) -> Iterator[str]:
    """Yield the names of the invariants that a state breaks in which nothing more is due."""
    if any(_kept(shop, at) != _owed(order) for at, order in enumerate(shop.orders)):
        yield "money-conserved"
    source = shop.ticket
    if shop.replica != Ticket(source.price, source.version, source.holder):
        yield "replicas-converge"
    versions = tuple(order.version for order in shop.orders)
    mirrored = tuple(mirror.version if mirror else None for mirror in shop.mirrors)
    if not versions == mirrored == shop.heard:
        yield "replicas-converge"
    holders = {str(order.hold) for order in shop.orders if order.status != "cancelled"}
    if holders != ({source.holder} if source.holder else set()):
        yield "reservation-agrees"


def _versions(before: Shop, after: Shop) -> Iterator[tuple[Counted, Counted]]:
    yield before.ticket, after.ticket
    yield from zip(before.orders, after.orders, strict=False)
    if before.replica is not None and after.replica is not None:
        yield before.replica, after.replica
    for old, new in zip(before.mirrors, after.mirrors, strict=False):
        if old is not None and new is not None and old.version != new.version:
            yield old, new


def _kept(shop: Shop, at: int) -> int:
    return shop.orders[at].price * (shop.charges[at] - shop.refunds[at])


def _owed(order: Order) -> int:
    return order.price if order.status == "complete" else 0
