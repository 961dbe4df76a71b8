"""The ways of calls, as far as a trace tells them."""

from boxoffice.trace.trace import Trace
from boxoffice.views.descriptions import describe
from boxoffice.views.diagram import arrows, marks
from boxoffice.views.names import Names
from scenarios.shop.vocabulary import VOCABULARY


def test_a_lost_answer_left_before_its_caller_gave_up_whatever_went_on_afterwards() -> None:
    moment_s = 0.0
    trace = Trace(lambda: moment_s, VOCABULARY)
    asked = trace.record("Ana", "request", method="POST", path="/api/orders", to="orders", body={})
    about = {"database": "orders", "collection": "orders", "id": "1", "verb": "insert_one"}
    moment_s = 0.1
    trace.record("orders-db", "write", asked.number, **about, before=None, after={})
    moment_s = 0.2
    gave_up = trace.record(
        "Ana", "response", asked.number, request=asked.number, outcome="unknown", why="Lost"
    )
    moment_s = 2.5  # a service that is back goes on with what lies in its outbox
    trace.record("orders-db", "write", asked.number, **about, before={}, after={"outbox": []})
    there, back = arrows(trace, [asked, gave_up])
    assert (there.from_us, there.to_us) == (0, 50_000)
    assert (back.style, back.from_us) == ("lost", 150_000)


def test_a_card_that_is_declined_is_not_told_as_a_charge() -> None:
    trace = Trace(lambda: 0.0, VOCABULARY)
    order = "70dbd880f0f6a07e590061a9"
    declined = trace.record(
        "stripe", "charge", order=order, key="k", outcome="card_declined", id=None
    )
    names = Names(trace)
    [mark], [way] = marks([declined], names), arrows(trace, [declined])
    assert describe(declined, names) == "declines the card for 0061a9"
    assert (mark.shape, mark.label, way.style) == ("refusal", "card declined", "request")
