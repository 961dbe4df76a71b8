"""Events and their envelope, there and back."""

import json

from hypothesis import given
from hypothesis import strategies as st
from pytest import mark, raises

from services.common.events import (
    EVENTS,
    ExpirationComplete,
    OrderedTicket,
    PricedTicket,
    Undecodable,
    enclose,
    open_envelope,
)
from tests.services.common.bench import created

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ID = st.from_regex(r"[ -~]{0,64}", fullmatch=True)
WHOLE = st.integers(0, 2**53)
CENTS = st.integers(1, 100_000_000)
ORDERED = st.builds(OrderedTicket, id=ID)
PRICED = st.builds(PricedTicket, id=ID, price=CENTS, hold=CENTS)
SPECIAL = {
    "version": WHOLE,
    "price": CENTS,
    "amount": CENTS,
    "id": ID,
    "user_id": ID,
    "order_id": ID,
    "payment_id": ID,
    "reason": st.sampled_from(["user", "expired"]),
}
TIME = "2030-01-01T00:00:00.000Z"


@st.composite
def events(draw: st.DrawFn):
    """An event of any type, with anything in its fields."""
    event = EVENTS[draw(st.sampled_from(sorted(EVENTS)))]
    fields = {
        name: draw(SPECIAL.get(name, TEXT)) for name in event.model_fields if name != "ticket"
    }
    if "ticket" in event.model_fields:
        fields["ticket"] = draw(PRICED if event.type == "order.created" else ORDERED)
    return event(**fields)


@given(events())
def test_what_is_enclosed_comes_out_again(event):
    payload = enclose(event, source="/services/x", time=TIME).model_dump_json().encode()
    envelope, opened = open_envelope(payload)
    assert opened == event
    assert (envelope.type, envelope.subject) == (event.type, event.aggregate_id)


def test_a_message_is_a_cloud_event_in_structured_json():
    assert enclose(created(), source="/services/tickets", time=TIME).model_dump() == {
        "specversion": "1.0",
        "id": "t-0",
        "source": "/services/tickets",
        "type": "ticket.created",
        "subject": "t",
        "time": TIME,
        "datacontenttype": "application/json",
        "data": {"id": "t", "version": 0, "title": "Front row", "price": 4_500, "userId": "sue"},
    }


NO_IDS = ["a\r\nb", "a\0b", "é", "t\n", "x" * 65, "x" * 900_000]


@mark.parametrize("id", NO_IDS, ids=lambda id: ascii(id[:70]))
@mark.parametrize("name", ["id", "userId"])
def test_what_cannot_be_an_id_is_no_event(id, name):
    # It would be named in other events, which could not be published, and in keys of documents.
    envelope = enclose(created(), source="/services/tickets", time=TIME).model_dump()
    envelope["data"][name] = id
    with raises(Undecodable, match=name):
        open_envelope(json.dumps(envelope).encode())


def test_each_type_is_a_subject_of_the_contract():
    assert sorted(EVENTS) == [
        "expiration.complete",
        "order.awaiting-payment",
        "order.cancelled",
        "order.completed",
        "order.created",
        "payment.created",
        "payment.refunded",
        "ticket.created",
        "ticket.updated",
    ]


def test_a_repetition_has_the_same_id_and_a_later_version_another():
    ids = [enclose(created(id), source="/", time=TIME).id for id in ("t", "t", "u")]
    assert ids == ["t-0", "t-0", "u-0"]
    assert ExpirationComplete(order_id="o").message_id == "o-expiration.complete"


def envelope(**changes: object) -> bytes:
    whole = enclose(created(), source="/", time=TIME).model_dump() | changes
    return json.dumps({key: value for key, value in whole.items() if value is not ...}).encode()


def data(**changes: object) -> bytes:
    whole = created().model_dump(by_alias=True) | changes
    return envelope(data={key: value for key, value in whole.items() if value is not ...})


@mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"null", "message"),
        (b"[]", "message"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"{}", "id: "),
        (envelope(type="ticket.eaten"), "unknown type 'ticket.eaten'"),
        (envelope(type=7), "type: "),
        (envelope(specversion="0.3"), "specversion: "),
        (envelope(subject=...), "subject: "),
        (envelope(data=...), "data: "),
        (envelope(data=[]), "data: "),
        (data(title=...), "title: "),
        (data(price=...), "price: "),
        (data(price=0), "price: "),
        (data(price=45.5), "price: "),
        (data(price=45.0), "price: "),
        (data(price="4500"), "price: "),
        (data(price=True), "price: "),
        (data(version=-1), "version: "),
        (data(version="0"), "version: "),
        (data(version=None), "version: "),
    ],
)
def test_what_is_no_event_of_ours_is_undecodable_and_the_reason_names_the_place(payload, reason):
    with raises(Undecodable) as refusal:
        open_envelope(payload)
    assert reason in str(refusal.value)


def test_a_reason_does_not_repeat_what_was_sent():
    with raises(Undecodable) as refusal:
        open_envelope(data(price="a secret"))
    assert "secret" not in str(refusal.value)


def test_fields_that_nobody_knows_yet_are_passed_over():
    _, event = open_envelope(data(colour="red"))
    assert event == created()
