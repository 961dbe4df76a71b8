"""Proofs of an earlier calm in a later trace."""

from scenarios.shop.checks import judge, no_double_sale
from scenarios.shop.outside.renumbering import renumbered
from tests.scenarios.shop.outside.streams import ANAS, BENS, SEAT, Told, offered, placed


def sold_twice() -> Told:
    told = Told()
    told.says(offered(), 0, 1)
    told.says(placed(ANAS, 1), 10, 12)
    told.says(placed(BENS, 2), 13, 15)
    return told


def test_a_proof_is_found_again_after_something_came_in_between():
    told = sold_twice()
    before = told.evidence()
    told.asks(f"GET /api/tickets/{SEAT}", 2, 9, 200)
    after = told.evidence()
    judgements = renumbered(judge(before), before.events, after.events)
    [found] = judgements[0].violations
    assert found.events == no_double_sale.judge(after).violations[0].events
    assert found.events != no_double_sale.judge(before).violations[0].events


def test_what_is_there_no_more_proves_nothing():
    told = sold_twice()
    before = told.evidence()
    [found] = renumbered(judge(before), before.events, [])[0].violations
    assert list(found.events) == []
