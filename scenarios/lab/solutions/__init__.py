"""One right answer for each exercise.  Others are right too, as long as the grader says so."""

from collections.abc import Callable
from typing import Any, Final

from scenarios.lab.solutions import (
    clock,
    hunted,
    order,
    own,
    paid,
    saved,
    seat,
    sold,
    twice,
    versions,
    woken,
)

SOLUTIONS: Final[dict[str, Callable[..., Any]]] = {
    "confirm": sold.confirm,
    "complete": sold.complete,
    "expire": clock.expire,
    "ring": clock._ring,
    "seen": twice._seen,
    "charge-key": twice.charge_key,
    "follow": order.follow,
    "reserve": order.reserve,
    "decide": versions.decide,
    "commit": versions.commit,
    "prepare": seat.prepare,
    "release": seat.release,
    "relay": saved._publish_of,
    "handle": saved.handle,
    "may-be-sent": woken.may_be_sent,
    "claim": woken.claim,
    "charged": paid.charged,
    "ask": paid._charged,
    "unreached": hunted.unreached,
    "shrink": hunted.shrink,
    "points": own.add,
    "fair": own.fair,
}
