"""What documents and messages are to the machine: the refinement mapping, as the field calls it."""

from collections.abc import Mapping
from typing import Any, Final

from scenarios.model.aggregates import Message, Mirror, Order, Ticket

Document = Mapping[str, Any]
# A declined card is to the machine as if none had been shown: another may be.
PAYMENTS: Final = {"declined": "none"}


def ticket_of(document: Document) -> Ticket:
    """Return the ticket that a document of tickets is."""
    return Ticket(
        document["price_cents"], document["version"], document.get("holder"), document["hold"]
    )


def replica_of(document: Document) -> Ticket:
    """Return the ticket that orders knows by a document."""
    return Ticket(document["price_cents"], document["version"], document.get("order_id"))


def order_of(document: Document) -> Order:
    """Return the order that a document of orders is."""
    price = document["ticket"]["price_cents"]
    return Order(price, document["hold"], document["status"], document["version"])


def mirror_of(document: Document) -> Mirror:
    """Return what a document of payments knows of an order."""
    payment = (document.get("payment") or {}).get("status", "none")
    status = PAYMENTS.get(payment, payment)
    return Mirror(document["price_cents"], document["version"], document["status"], status)


def message_of(event: Any) -> Message | None:
    """Return the message that a CloudEvent is, or None if it is none of the shop's."""
    data = event.get("data") if isinstance(event, dict) else None
    type = event.get("type") if isinstance(event, dict) else None
    if not isinstance(data, dict) or not isinstance(type, str):
        return None
    try:
        match type.partition(".")[0]:
            case "ticket":
                order = data.get("orderId")
                return Message(type, data["id"], data["version"], data["price"], order=order)
            case "order":
                of = data["ticket"]
                hold = of.get("hold", 0)
                price = of.get("price", 0)
                return Message(type, data["id"], data["version"], price, hold, ticket=of["id"])
            case "payment":
                paid = data["amount"]
                return Message(type, data["id"], data["version"], paid, order=data["orderId"])
            case "expiration":
                return Message(type, data["orderId"], order=data["orderId"])
    except (KeyError, TypeError, AttributeError):
        pass
    return None
