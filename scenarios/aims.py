"""What of the shop a fault can be aimed at: calls, stores and subjects."""

from collections.abc import Mapping, Sequence
from typing import Final

# Of the calls of each service, those that write, tell, or are answered by somebody else.
CALLS: Final[Mapping[str, Sequence[str]]] = {
    "auth": (
        *("mongo.insert_one", "mongo.replace_one", "mongo.find_one", "mongo.find_one_and_update"),
        *("mongo.update_one", "mongo.delete_one", "mail.mail"),
    ),
    "tickets": (
        *("mongo.insert_one", "mongo.update_one", "mongo.find_one"),
        *("nats.publish", "nats.ack"),
    ),
    "orders": (
        *("mongo.insert_one", "mongo.update_one", "mongo.find_one", "mongo.find"),
        *("nats.publish", "nats.ack"),
    ),
    "payments": (
        *("mongo.insert_one", "mongo.update_one", "mongo.find_one"),
        *("nats.publish", "nats.ack", "stripe.charge", "stripe.refund", "stripe.list"),
    ),
    "expiration": (
        *("redis.zadd", "redis.set", "redis.delete", "redis.zscore", "redis.zrange"),
        *("nats.publish", "nats.ack"),
    ),
}
SERVICES: Final = (*CALLS,)
_READS: Final = ("mongo.find", "mongo.find_one", "redis.zscore", "redis.zrange", "stripe.list")
# After each of which something is to follow, which who sleeps or dies leaves undone.
WRITES: Final[Mapping[str, Sequence[str]]] = {
    service: [of for of in calls if of not in _READS] for service, calls in CALLS.items()
}
# By which each notes what it is about to do, or has done: whoever sleeps then is late for it.
NOTES: Final[Mapping[str, Sequence[str]]] = {
    "auth": ("mongo.replace_one", "mongo.find_one_and_update"),
    "tickets": ("mongo.update_one",),
    "orders": ("mongo.insert_one", "mongo.update_one", "mongo.find_one"),
    "payments": ("mongo.update_one", "mongo.update_one", "stripe.charge"),
    "expiration": ("redis.set", "redis.zadd", "nats.publish"),
}
# By which each writes upon what it has read before.
UPON_WHAT_WAS_READ: Final[Mapping[str, str]] = {
    "auth": "mongo.replace_one",
    **dict.fromkeys(("tickets", "orders", "payments"), "mongo.update_one"),
}
STORES: Final = ("auth-db", "tickets-db", "orders-db", "payments-db")
SUBJECTS: Final = (
    *("*", "*", "*", "order.*", "order.*", "ticket.*", "ticket.*"),
    *("order.created", "order.cancelled", "order.completed", "order.awaiting-payment"),
    *("ticket.created", "ticket.updated", "expiration.complete", "payment.created"),
)
