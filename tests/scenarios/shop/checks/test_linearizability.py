from dataclasses import replace
from itertools import permutations
from random import Random

from pytest import mark, raises

from scenarios.shop.checks import linearizability
from scenarios.shop.checks.linearizability import (
    NEVER,
    START,
    Deed,
    Operation,
    TooMany,
    _after,
    contradiction,
)

PLACE, END, REFUSED, OPEN, ENDED = Deed.PLACE, Deed.END, Deed.REFUSED, Deed.OPEN, Deed.ENDED


def of(*operations: tuple[Deed, str, int, int]) -> list[Operation]:
    return [Operation(*it) for it in operations]


def test_orders_that_follow_each_other_hold() -> None:
    told = of((PLACE, "a", 0, 1), (REFUSED, "", 2, 3), (END, "a", 4, 5), (PLACE, "b", 6, 7))
    assert contradiction([*told, *of((OPEN, "b", 8, 9), (ENDED, "a", 8, 9))]) == []


def test_what_overlaps_may_have_been_in_any_order() -> None:
    assert contradiction(of((PLACE, "a", 0, 9), (REFUSED, "", 1, 3), (END, "a", 2, 5))) == []
    assert contradiction(of((PLACE, "b", 2, 9), (END, "a", 3, 8), (PLACE, "a", 0, 1))) == []


@mark.parametrize(
    "told",
    [
        of((PLACE, "a", 0, 1), (PLACE, "b", 2, 3)),
        of((PLACE, "a", 0, 1), (END, "a", 2, 3), (REFUSED, "", 4, 5)),
        of((PLACE, "a", 0, 1), (END, "a", 2, 3), (OPEN, "a", 4, 5)),
        of((PLACE, "a", 0, 1), (ENDED, "a", 2, 3), (END, "a", 4, 5)),
    ],
)
def test_what_cannot_all_have_been_is_named(told: list[Operation]) -> None:
    assert contradiction(told) == [it for it in told if it in contradiction(told)] != []


def test_what_has_nothing_to_do_with_it_is_left_out() -> None:
    told = of((PLACE, "a", 0, 1), (END, "a", 2, 3), (PLACE, "b", 4, 5), (PLACE, "c", 6, 7))
    assert [it.order for it in contradiction(told)] == ["b", "c"]


def test_what_may_have_been_done_explains_a_refusal() -> None:
    refused = Operation(REFUSED, "", 5, 6)
    lost = Operation(PLACE, "x", 0, NEVER, sure=False)
    assert contradiction([refused]) == [refused]
    assert contradiction([lost, refused]) == []
    assert contradiction([replace(lost, began=7), refused]) == [refused]


def test_too_many_at_once_are_not_searched_for_ever(monkeypatch) -> None:
    monkeypatch.setattr(linearizability, "MOST_STATES", 10)
    told = of(*((deed, each, 0, 9) for each in "abcd" for deed in (PLACE, END)), (OPEN, "x", 0, 9))
    with raises(TooMany):
        contradiction(told)


def test_the_search_finds_what_trying_all_orders_finds() -> None:
    chance = Random(1)
    explained = 0
    for _ in range(400):
        told = [drawn(chance) for _ in range(chance.randint(2, 5))]
        assert (contradiction(told) == []) == tried(told), told
        explained += tried(told)
    assert 40 < explained < 360, "both are often so"


def drawn(chance: Random) -> Operation:
    deed = chance.choice(list(Deed))
    began = chance.randint(0, 8)
    order = "" if deed is REFUSED else chance.choice("ab")
    sure = chance.random() < 0.8 or deed not in (PLACE, END)
    return Operation(deed, order, began, began + chance.randint(1, 12), sure=sure)


def tried(told: list[Operation]) -> bool:
    """Try every order of everything, with and without what is not sure."""
    sure = [it for it in told if it.sure]
    others = [it for it in told if not it.sure]
    chosen = [
        [*sure, *(it for at, it in enumerate(others) if mask >> at & 1)]
        for mask in range(1 << len(others))
    ]
    return any(fits(each) for them in chosen for each in permutations(them))


def fits(operations: tuple[Operation, ...]) -> bool:
    state, since = START, 0
    for it in operations:
        since = max(since, it.began)
        after = _after(it, state)
        if after is None or it.ended < since:
            return False
        state = after
    return True
