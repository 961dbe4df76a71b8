"""Who leaves answers for what they were given themselves."""

from dataclasses import replace

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import Evidence, leaves_in_order
from scenarios.shop.checks.unfinished import IN_ORDER
from tests.scenarios.shop.checks.corrupted import Recording


def test_what_was_given_to_a_life_before_is_not_held_against_who_leaves(honest: Evidence) -> None:
    it = Recording(honest)
    it.drop(it.first("acked", consumer="orders", subject="ticket.updated"))
    assert leaves_in_order.judge(it.evidence()).verdict is Verdict.VIOLATED
    given = it.first("delivered", consumer="orders", subject="ticket.updated")
    again = replace(given, number=given.number + 1, host="orders", kind="start", fields={})
    it.events.insert(it.events.index(given) + 1, again)
    assert leaves_in_order.judge(it.evidence()).verdict is Verdict.HOLDS


def test_who_is_killed_on_the_way_out_has_had_no_time_to_settle_anything(honest: Evidence) -> None:
    it = Recording(honest)
    it.drop(it.first("acked", consumer="orders", subject="ticket.updated"))
    assert leaves_in_order.judge(it.evidence()).verdict is Verdict.VIOLATED
    it.drop(it.first("log", what=IN_ORDER))
    assert leaves_in_order.judge(it.evidence()).verdict is Verdict.HOLDS
