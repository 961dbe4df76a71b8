"""What runs of the shop should come to now and then.

Each is the moment in which a defence is needed; a campaign that never saw it has not tested that.
"""

from collections.abc import Callable
from typing import Final

from boxoffice.world import Sometimes
from scenarios.shop.checks.evidence import Evidence

Look = Callable[[Evidence], bool]


def _decided(decision: str, host: str) -> Look:
    def look(end: Evidence) -> bool:
        return any(
            it["decision"] == decision and it.host.startswith(host) for it in end.of_kind("decided")
        )

    return look


def _answered(method: str, path: str, status: int) -> Look:
    def look(end: Evidence) -> bool:
        return any(
            response.get("status") == status
            and request["method"] == method
            and request["path"].startswith(path)
            for request, response in end.answers()
        )

    return look


def _logged(what: str, host: str = "") -> Look:
    def look(end: Evidence) -> bool:
        return any(it.get("what") == what and it.host.startswith(host) for it in end.of_kind("log"))

    return look


def _happened(*kinds: str) -> Look:
    return lambda end: any(True for _ in end.of_kind(*kinds))


def _stored_twice(end: Evidence) -> bool:
    return any(it["duplicate"] for it in end.of_kind("stored"))


def _put_off(end: Evidence) -> bool:
    return any(
        it.get("to") == "mail" and str(it.get("says", "")).startswith("4")
        for it in end.of_kind("answered")
    )


def _mirrored(status: str, order: str) -> Look:
    def look(end: Evidence) -> bool:
        return any(
            (mirror.get("payment") or {}).get("status") == status
            and end.orders.get(id, {}).get("status") == order
            for id, mirror in end.mirrors.items()
        )

    return look


def _declined_then_paid(end: Evidence) -> bool:
    payments = (mirror.get("payment") or {} for mirror in end.mirrors.values())
    return any(it.get("status") == "paid" and it.get("attempt", 1) > 1 for it in payments)


def _ended(reason: str) -> Look:
    def look(end: Evidence) -> bool:
        said = (it["data"] for it in end.of_kind("stored"))
        return any(
            isinstance(it, dict)
            and it.get("type") == "order.cancelled"
            and it["data"]["reason"] == reason
            for it in said
        )

    return look


SOMETIMES: Final = tuple(
    Sometimes(name, says, look)
    for name, says, look in (
        *(
            (f"gap-at-{host}", f"{host} was told a later version first", _decided("gap", host))
            for host in ("tickets", "orders", "payments")
        ),
        *(
            (f"duplicate-at-{host}", f"{host} was told twice", _decided("duplicate", host))
            for host in ("tickets", "orders", "payments", "expiration")
        ),
        ("redelivery", "a message came again", _happened("naked", "ack-expired")),
        ("sleeper", "an acknowledgement came too late", _happened("ack-expired")),
        ("relays-meet", "an event was published twice", _stored_twice),
        ("edit-lost-race", "an edit was answered 409", _answered("PUT", "/api/tickets", 409)),
        ("edit-stale", "an edit was answered 412", _answered("PUT", "/api/tickets", 412)),
        ("edit-reserved", "an edit was answered 400", _answered("PUT", "/api/tickets", 400)),
        ("seat-taken", "an order was answered 400", _answered("POST", "/api/orders", 400)),
        ("too-many-open", "an order was answered 429", _answered("POST", "/api/orders", 429)),
        ("cancel-refused", "a cancellation was refused", _answered("DELETE", "/api/orders", 400)),
        ("card-declined", "a card was declined", _answered("POST", "/api/payments", 402)),
        ("payment-pending", "Stripe was not heard of", _answered("POST", "/api/payments", 202)),
        ("payment-late", "a payment was refused", _answered("POST", "/api/payments", 400)),
        ("second-card", "a second card paid", _declined_then_paid),
        ("refund", "money went back", _mirrored("refunded", "cancelled")),
        ("expiry", "an order ended by itself", _ended("expired")),
        ("change-of-mind", "an order was cancelled", _ended("user")),
        ("overdue", "an order was ended without its alarm", _logged("overdue")),
        ("parked", "a message was put aside", _logged("parked")),
        ("letter", "a letter came", _happened("mail")),
        ("letter-put-off", "a letter was put off", _put_off),
        ("letter-given-up", "a letter was given up", _logged("mail given up")),
        (
            "password-replaced",
            "a password was replaced",
            _answered("POST", "/api/users/reset-password", 200),
        ),
        (
            "token-refused",
            "a letter's token was refused",
            _answered("POST", "/api/users/reset-password", 400),
        ),
        ("foreign-order", "somebody asked for another's", _answered("GET", "/api/orders/", 403)),
        *(
            (f"{kind}-seen", f"there was a {kind}", _happened(kind))
            for kind in ("crash", "leave", "failover", "partition", "lost")
        ),
    )
)
