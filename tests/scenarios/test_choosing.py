"""What happens next is chosen in the shop's own stories."""

from pytest import mark

from boxoffice.commands.naming import names
from boxoffice.search import case_of
from boxoffice.search.case import fallen as fell
from boxoffice.views import PROOF
from scenarios.catalogue import NAMES
from tests.engine.choosing.tills import Reader


def begun(story: str, **more: object) -> Reader:
    reader = Reader(NAMES, None)
    reader.asks("begin", story=story, **more)
    return reader


def test_a_cancellation_that_comes_late_takes_the_ticket_from_another_by_one_pick() -> None:
    reader = begun("late-cancel", bug="no-holder-check")
    reader.waits_for("publishes order.cancelled")
    reader.picks("later:tickets", "overtaken")
    assert reader.view["picks"][0]["faults"][0].startswith("delays(")
    assert "holder-releases" in reader.fell()
    case, _ = case_of(reader.view["token"], names())
    outcome = case.play()
    assert outcome.trace.sha256() == reader.view["run"]["sha256"]
    assert list(fell(outcome)) == reader.view["verdict"]["fell"]


def test_what_will_prove_a_violation_looks_like_any_other_event_until_it_has() -> None:
    reader = begun("late-cancel", bug="no-holder-check")
    reader.waits_for("publishes order.cancelled")
    before = reader.view["run"]["events"]["flags"]
    reader.picks("later:tickets")
    assert reader.view["run"]["events"]["flags"] == before
    fallen = []
    while not reader.view["over"]:
        proven = any(flags & PROOF for flags in reader.view["run"]["events"]["flags"])
        fallen = [it for it in reader.view["invariants"] if it["verdict"] == "violated"]
        assert proven == bool(fallen)
        reader.asks("pass", until="step")
    assert "holder-releases" in [it["invariant"] for it in fallen]  # before the end


def test_with_the_defence_in_place_the_same_pick_breaks_nothing() -> None:
    reader = begun("late-cancel")
    reader.waits_for("publishes order.cancelled")
    reader.picks("later:tickets", "overtaken")
    assert reader.fell() == []


def test_the_search_finds_the_late_cancellation() -> None:
    reader = begun("late-cancel", bug="no-holder-check")
    reader.waits_for("publishes order.cancelled")
    while not reader.asks("search")["search"]["over"]:
        pass
    found = reader.view["search"]["found"]
    assert found["fell"][0] == "holder-releases"
    assert found["says"] == ["order.cancelled order 1 reaches tickets 1 s later"]


def test_once_all_is_healed_nothing_can_be_picked_while_time_goes_on() -> None:
    reader = begun("late-cancel")
    while not reader.view["healed"]:
        assert reader.view["options"]
        reader.asks("pass", until="step")
    assert not reader.view["over"]
    assert reader.view["options"] == []


def test_nobody_waits_a_quarter_of_an_hour_for_the_next_message_to_overtake() -> None:
    reader = begun("late-cancel")
    later = []
    while "message" in reader.asks("pass", until="message")["passes"]:
        found = [it for it in reader.view["options"] if it["id"].startswith("later:orders")]
        later += [[amount["value"] for amount in it["amounts"]] for it in found]
    assert "overtaken" in later[0]
    assert "overtaken" not in later[-1]  # the next one there is told when the order expires


@mark.parametrize(
    ("story", "size", "pick"),
    [("last-seat", 8, "again:tickets"), ("purchase", None, "dies:payments")],
)
def test_whatever_is_picked_nothing_of_the_contract_falls(
    story: str, size: int | None, pick: str
) -> None:
    reader = begun(story, size=size)
    reader.waits_for("publishes order.created")
    reader.picks(pick)
    assert set(reader.fell()) <= {"story"}
    case, _ = case_of(reader.view["token"], names())
    assert case.play().trace.sha256() == reader.view["run"]["sha256"]
