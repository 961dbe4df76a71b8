"""The switch: what is offered strikes while it is on, and only that."""

from pytest import MonkeyPatch, fixture, raises

from scenarios.look import switch as module
from scenarios.look.switch import OFFERED, Switch, UnknownFault

TWICE = "duplicates(share=1.0)"


@fixture
def switch() -> Switch:
    return Switch(lambda: 1.0)


def struck(switch: Switch, fault: str) -> tuple[bool, int]:
    [state] = [it for it in switch.state() if it["fault"] == fault]
    return state["on"], state["struck"]


def test_what_the_tab_has_for_messages_is_on_offer() -> None:
    kinds = {it["fault"].partition("(")[0] for it in OFFERED}
    assert kinds == {"duplicates", "reorders", "delays"}


def test_nothing_goes_wrong_before_it_is_thrown(switch: Switch) -> None:
    assert switch.delivery_delays("tickets", "order.created") == [0.0]
    assert not any(it["on"] for it in switch.state())


def test_a_fault_strikes_until_it_is_off(switch: Switch) -> None:
    switch.turn([TWICE])
    assert len(switch.delivery_delays("tickets", "order.created")) == 2
    assert struck(switch, TWICE) == (True, 1)
    switch.turn([])
    assert switch.delivery_delays("tickets", "order.created") == [0.0]
    assert struck(switch, TWICE) == (False, 0)


def test_what_is_not_on_offer_is_refused_and_changes_nothing(switch: Switch) -> None:
    switch.turn([TWICE])
    for unknown in ("crashes(orders)", "", "duplicates(share=0.5)"):
        with raises(UnknownFault, match="is not offered here"):
            switch.turn([TWICE, unknown])
    assert struck(switch, TWICE) == (True, 0)


def test_an_evening_of_strikes_is_counted_and_not_remembered(
    switch: Switch, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RENEWED_AFTER", 10)
    switch.turn([TWICE])
    for _ in range(95):
        assert len(switch.delivery_delays("tickets", "order.created")) == 2
    assert struck(switch, TWICE) == (True, 95)
    assert max(len(it.marks) for it in switch._engine.every) <= 10
