"""What comes late, and nothing was in the way."""

from boxoffice.trace.trace import TraceEvent
from tests.scenarios.shop.checks.corrupted import Recording, falls

NEWS = "every-version-announced"


@falls(NEWS, "was given to it late, and nothing was in the way")
def handed_a_message_over_late(it: Recording) -> None:
    it.move(it.last("delivered", subject="order.created"), by_s=0.7)


@falls(NEWS, "was acked late, and nothing was in the way")
def held_a_message_in_hand(it: Recording) -> None:
    it.move(it.first("acked"), by_s=0.7)


@falls(NEWS, "the letter to ben@example.com that was due at")
def let_somebody_wait_for_a_letter(it: Recording) -> None:
    it.move(it.first("mail"), by_s=1.2)


def put_off(it: Recording, write: TraceEvent, by_s: float) -> None:
    """Let a document be written as late as that, and not again before."""
    for other in list(it.all("write", database=write["database"], id=write["id"])):
        if write.at_us < other.at_us:
            it.drop(other)
    it.move(write, by_s=by_s)


@falls(NEWS, "waits for was due at 00:")
def looked_at_a_payment_too_late(it: Recording) -> None:
    for write in it.all("write", database="payments"):
        was, now = ((write[state] or {}).get("payment") or {} for state in ("before", "after"))
        if (was.get("status"), now.get("status")) == ("pending", "paid"):
            put_off(it, write, by_s=16.0)
            break


@falls(NEWS, "waits for was due at 01:")
def tried_a_letter_too_late(it: Recording) -> None:
    posted = next(
        write
        for write in it.all("write", collection="users")
        if "after" in ((write["before"] or {}).get("letter_due") or {})
        and "letter_due" not in write["after"]
    )
    put_off(it, posted, by_s=130.0)
