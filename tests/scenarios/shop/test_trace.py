"""The trace of one order, through every layer."""

from pytest import fixture

from tests.engine.causes import causes_of
from tests.services.shop import play


@fixture(scope="module")
def trace():
    found = []

    async def script(shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        await shop.order(ana, (await shop.ticket(sue))["id"])
        await shop.sleep(5)
        found.append(shop.world.trace)

    play(script)
    return found[0]


def test_a_reservation_goes_back_to_the_click_that_ordered(trace):
    reserved = next(
        it for it in trace.of_kind("write") if it.host == "tickets-db" and it["after"].get("holder")
    )
    assert causes_of(trace, reserved) == [
        ("tickets-db", "write"),
        ("nats", "delivered"),
        ("nats", "stored"),
        ("orders-db", "write"),
        ("ana", "request"),
    ]


def test_a_decision_goes_back_to_the_delivery_it_was_about(trace):
    decisions = list(trace.of_kind("decided"))
    assert decisions
    for decided in decisions:
        delivered = trace.events[decided.cause]
        assert delivered.kind == "delivered"
        assert (delivered["consumer"], delivered["seq"]) == (decided.host, decided["seq"])


def test_every_cause_is_earlier_than_its_effect(trace):
    for event in trace.events:
        assert event.cause is None or event.cause < event.number
        if event.cause is not None:
            assert trace.events[event.cause].at_us <= event.at_us


def test_a_stored_message_names_its_id_its_speaker_and_what_it_says(trace):
    stored = next(it for it in trace.of_kind("stored") if it["subject"] == "order.created")
    assert stored["by"] == "orders"
    assert stored["data"]["id"] == stored["id"]
    assert stored["data"]["type"] == "order.created"


def test_no_hash_and_no_secret_is_in_a_trace(trace):
    users = [it for it in trace.of_kind("write") if it["collection"] == "users"]
    assert {it["after"]["password_hash"] for it in users} == {"…"}
    assert not [it for it in trace.events if "correct horse" in it.as_json()]
    assert not [it for it in trace.events if "$2b$" in it.as_json()]


def test_every_event_can_be_written_as_json(trace):
    assert all(event.as_json() for event in trace.events)
