"""What Stripe tells a service comes later, first or twice, as messages do."""

from boxoffice import Tape
from boxoffice.search import Case
from tests.engine.choosing.tills import NAMES, Reader
from tests.engine.world.test_webhooks import COUNTS_TWICE, money, three_pay


def at_a_webhook(bug=None) -> Reader:
    story = money(events=["payment_intent.succeeded"]).story(three_pay)
    reader = Reader(NAMES, Case(story, 0, bug, tape=Tape(strikes={})))
    while not any(it["id"].startswith("again:till") for it in reader.view["options"]):
        assert not reader.view["over"]
        reader.asks("pass", until="message")
    return reader


def test_a_webhook_under_way_comes_twice_to_who_counts_each_time():
    reader = at_a_webhook(COUNTS_TWICE)
    assert reader.option("again:till")["about"] == "payment_intent.succeeded → till"
    reader.picks("again:till")
    assert reader.fell() == ["once"]


def test_a_webhook_that_comes_twice_or_late_is_written_down_once():
    for pick in ("again:till", "later:till"):
        reader = at_a_webhook()
        reader.picks(pick)
        assert reader.fell() == []
        (fault,) = reader.view["picks"][0]["faults"]
        assert "of='payment_intent." in fault


def test_a_webhook_that_has_arrived_comes_once_more():
    reader = at_a_webhook(COUNTS_TWICE)
    while not any(it["id"].startswith("now:till") for it in reader.view["options"]):
        reader.asks("pass", until="step")
    reader.picks("now:till")
    assert reader.fell() == ["once"]
