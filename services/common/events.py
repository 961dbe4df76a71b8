"""Every event that crosses between services: the contract, and its CloudEvents envelope.

`type` is the NATS subject, `subject` the id of the aggregate that speaks.  Prices and amounts are
whole cents.  Fields that a consumer does not know are passed over, so that events may grow.
"""

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

Cents = Annotated[int, Field(gt=0, strict=True)]
Version = Annotated[int, Field(ge=0, strict=True)]
# What an event names is named in others, which must fit, in their headers and in documents' keys.
Id = Annotated[str, Field(pattern=r"^[ -~]{0,64}$")]
Document = dict[str, Any]


class Undecodable(Exception):
    """The bytes of a message are no event of ours."""


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Event(_Model):
    """What happened, without its envelope."""

    type: ClassVar[str]

    @property
    def aggregate_id(self) -> str:
        """The id of the aggregate that this event is about."""
        return str(getattr(self, "id"))  # noqa: B009  every event but one has an id

    @property
    def aggregate_ids(self) -> tuple[str, ...]:
        """The ids of all aggregates that it is about, the one that speaks first."""
        of_others = (getattr(self, "order_id", None), getattr(self, "ticket", None))
        named = (it.id if isinstance(it, OrderedTicket) else it for it in of_others)
        return tuple(dict.fromkeys((self.aggregate_id, *filter(None, named))))

    @property
    def message_id(self) -> str:
        """The same for every repetition, since a version is announced by exactly one event."""
        return f"{self.aggregate_id}-{getattr(self, 'version', self.type)}"


class TicketCreated(Event):
    type: ClassVar[str] = "ticket.created"
    id: Id
    version: Version
    title: str
    price: Cents
    user_id: Id


class TicketUpdated(TicketCreated):
    type: ClassVar[str] = "ticket.updated"
    order_id: Id | None


Hold = Annotated[int, Field(ge=1, strict=True)]


class OrderedTicket(_Model):
    """The ticket that an order is for, and the number of the order for it.

    A release before this one did not say the number, save at an order's creation.
    """

    id: Id
    hold: Hold | None = None


class PricedTicket(OrderedTicket):
    """The ticket as it was when the order was placed, and the number of the order for it."""

    price: Cents
    hold: Hold


class OrderCreated(Event):
    type: ClassVar[str] = "order.created"
    id: Id
    version: Version
    status: str
    user_id: Id
    expires_at: str
    ticket: PricedTicket


class OrderAwaitingPayment(Event):
    type: ClassVar[str] = "order.awaiting-payment"
    id: Id
    version: Version
    ticket: OrderedTicket


class OrderCancelled(Event):
    type: ClassVar[str] = "order.cancelled"
    id: Id
    version: Version
    reason: Literal["user", "expired"]
    ticket: OrderedTicket


class OrderCompleted(Event):
    type: ClassVar[str] = "order.completed"
    id: Id
    version: Version
    payment_id: Id
    ticket: OrderedTicket


class ExpirationComplete(Event):
    type: ClassVar[str] = "expiration.complete"
    order_id: Id

    @property
    def aggregate_id(self) -> str:
        return self.order_id


class PaymentCreated(Event):
    type: ClassVar[str] = "payment.created"
    id: Id
    version: Version
    order_id: Id
    stripe_id: str
    amount: Cents


class PaymentRefunded(PaymentCreated):
    type: ClassVar[str] = "payment.refunded"
    reason: str


EVENTS: Final[dict[str, type[Event]]] = {
    event.type: event
    for event in (
        TicketCreated,
        TicketUpdated,
        OrderCreated,
        OrderAwaitingPayment,
        OrderCancelled,
        OrderCompleted,
        ExpirationComplete,
        PaymentCreated,
        PaymentRefunded,
    )
}


class Envelope(_Model):
    """A CloudEvents 1.0 document in structured JSON.

    Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
    """

    model_config = ConfigDict(alias_generator=None, frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: Literal["application/json"] = "application/json"
    data: Document


def enclose(event: Event, *, source: str, time: str) -> Envelope:
    """Put `event` into its envelope."""
    return Envelope(
        id=event.message_id,
        source=source,
        type=event.type,
        subject=event.aggregate_id,
        time=time,
        data=event.model_dump(by_alias=True),
    )


def open_envelope(payload: bytes) -> tuple[Envelope, Event]:
    """Read a message.  Raises: Undecodable."""
    try:
        envelope = Envelope.model_validate_json(payload)
        return envelope, EVENTS[envelope.type].model_validate(envelope.data)
    except KeyError as unknown:
        raise Undecodable(f"unknown type {unknown}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "message"
        raise Undecodable(f"{place}: {first['msg']}") from None
