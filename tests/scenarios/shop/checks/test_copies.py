"""A message that the broker has stored twice says nothing new, and is none the worse."""

from boxoffice.trace.verdict import Verdict
from scenarios.shop.checks import Evidence, alarms_on_time, follows_the_contract
from tests.scenarios.shop.checks.corrupted import Recording

COPY = 999  # a number in the stream that nothing else has


def test_an_alarm_that_was_stored_twice_rang_once(honest: Evidence) -> None:
    it = Recording(honest)
    it.repeat(it.first("stored", subject="expiration.complete"), after_s=1.0, by="", seq=COPY)
    assert alarms_on_time.judge(it.evidence()).verdict is Verdict.HOLDS


def test_a_copy_that_comes_first_is_as_good_as_the_original(honest: Evidence) -> None:
    it = Recording(honest)
    it.repeat(it.first("stored", subject="ticket.updated"), by="", seq=COPY)
    given = it.first("delivered", subject="ticket.updated")
    it.change(given, lambda to: to.update(seq=COPY))
    assert follows_the_contract.judge(it.evidence()).verdict is Verdict.HOLDS
