"""Faults at the till: a Stripe that errs or is silent, another clock than its own, late answers.

Stripe is asked for its books only where it has not answered: chance alone seldom gets there.
"""

from collections.abc import Sequence
from typing import Final

from boxoffice import faults
from boxoffice.clock import Random
from boxoffice.faults import Fault
from scenarios.aimed import NAP_S, NAPS, often

# For how long Stripe errs: a while, or until a charge that was sent cannot come any more.
ERRS_S: Final = (30.0, 200.0, 200.0)
# From when on each charge may be the last before its order is over: the pauses between are a third
# of the time that has passed since the first.
LAST_S: Final = 0.65


def nap_at_the_till(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a nap of whoever is about to ask Stripe for something."""
    host = chance.choice([host for host in busy if host.startswith("payments")])
    for_s = chance.choice((12.0, *NAP_S))
    return faults.pauses(host, for_s, after="mongo.update_one", nth=chance.choice(NAPS))


def closed_books(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a while in which Stripe does what it is asked, if that, and says that it has erred."""
    of, lasts_s = chance.choice(("*", "*", "*", "list")), chance.choice(ERRS_S)
    if chance.random() < 0.3:
        return faults.stripe_busy(of=of, at="stripe", lasts_s=lasts_s, nth=[1])
    return faults.stripe_errors(done=True, of=of, at="stripe", lasts_s=lasts_s, nth=[1])


def stripe_conflicts(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw calls of Stripe beside which another with the same key is under way."""
    return faults.refusals("409", name="stripe-conflicts", at="stripe", **often(chance))


def no_key(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a while in which Stripe does not know our key, as while it is replaced."""
    says, lasts_s = chance.choice(("401", "403")), chance.choice((2.0, 30.0))
    return faults.refusals(
        says, lasts_s, name="stripe-key", at="stripe", nth=[chance.choice((1, 2))]
    )


def refund_errors(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a refund that Stripe makes, or does not make, and says that it has erred."""
    nth = [chance.choice((1, 1, 2))]
    return faults.stripe_errors(
        done=chance.choice((True, False)), of="refund", at="stripe", nth=nth
    )


def no_refunds(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw refunds that Stripe does not make, or of which it says at once that they have failed."""
    make = chance.choice((faults.no_balance, faults.failed_refunds))
    return make(at="stripe", **often(chance))


def empty_account(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a shop that can give nothing back, until all is healed."""
    return chance.choice((faults.no_balance, faults.failed_refunds))(at="stripe", share=1.0)


def busy_account(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw others who charge a page of cards on the shop's account, before it is looked at."""
    return faults.busy_account(at="stripe", nth=[chance.choice((1, 1, 2))])


def wrong_clock(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a clock by which a charge was made minutes before it was asked for, or after."""
    hosts = [host for host in busy if host.startswith("payments")]
    host, by_s = chance.choice(hosts), chance.choice((-200.0, -200.0, 60.0, 200.0))
    # From each other the clocks of several may not be so far apart.
    return faults.skews(host, by_s if len(set(hosts)) == 1 else min(max(by_s, -60.0), 60.0))


def silence(chance: Random, window_s: float) -> list[Fault]:
    """Draw a Stripe that says of no charge that it has made it, while an order lasts.

    By a clock that is ahead of its own it has made it before it was asked; or it makes the last
    one when the order is over.
    """
    how = chance.random()
    if how < 0.4:
        late_s = LAST_S * window_s
        return [
            faults.stripe_timeouts(
                charged=False, of="charge", at="stripe", share=1.0, until_s=late_s
            ),
            faults.late_effects(60.0, of="stripe.charge", by="payments", share=1.0, from_s=late_s),
        ]
    found = [faults.stripe_timeouts(charged=True, at="stripe", share=1.0)]
    if how < 0.6:
        found.append(faults.skews("payments", chance.choice((60.0, 200.0))))
    elif how < 0.85:  # nor do its books
        share = chance.choice((0.5, 1.0))
        found.append(faults.stripe_errors(of="list", at="stripe", share=share))
    return found


def late_answer(chance: Random) -> list[Fault]:
    """Draw an answer about a first card that is written down when a second one is being charged.

    Whoever asked oversleeps, another asks again, and of the second card nothing is heard for a
    while.
    """
    nap, is_charged = asleep_with_an_answer(chance, 20.0, 20.0, 30.0), chance.choice((True, False))
    second = [3, 4, 5, 6]  # the first is asked about twice
    return [
        nap,
        faults.stripe_timeouts(charged=is_charged, of="charge", at="stripe", nth=second),
    ]


def asleep_with_an_answer(chance: Random, *for_s: float) -> Fault:
    """Draw for how long payments sleeps on Stripe's answer, while another asks again."""
    nap_s = chance.choice(for_s)
    return faults.pauses("payments", nap_s, after="stripe.charge", by="payments", nth=[1])


def slow_and_sorry(chance: Random) -> list[Fault]:
    """Draw a Stripe that takes its time to charge a card, and does not give the money back at once.

    Whoever is charged may think better of it meanwhile.
    """
    slow = faults.slow_calls(8.0, of="stripe.charge", by="payments*", share=1.0)
    if chance.random() < 0.3:
        return [slow, *gone_refunding(chance)]
    make = chance.choice((refund_errors, refund_errors, no_refunds, refund_unheard))
    return [slow, make(chance, ())]


def gone_refunding(chance: Random) -> list[Fault]:
    """Draw a payments that is told to end while it gives money back, which takes a while."""
    notice_s, by_s = chance.choice((0.1, 2.0)), chance.choice((1.0, 3.0, 5.0))
    told = faults.departures("payments", before="stripe.refund", nth=[1], notice_s=notice_s)
    return [told, faults.slow_calls(by_s, of="stripe.refund", by="payments", nth=[1])]


def refund_unheard(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw refunds of which nothing is heard, made or not."""
    is_made = chance.choice((True, False))
    return faults.stripe_timeouts(charged=is_made, of="refund", at="stripe", **often(chance))


def slow_ledger(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw payments that are written a while after they were read, when another may have asked."""
    return faults.slow_calls(chance.choice((1.0, 6.0)), of="update_one", by="payments", share=0.5)


# Where something is amiss at Stripe, often so are these.
BESIDE_STRIPE: Final = (
    *((busy_account, 0.5), (nap_at_the_till, 0.3), (closed_books, 0.3)),
    *((wrong_clock, 0.15), (refund_errors, 0.4), (empty_account, 0.3)),
    (slow_ledger, 0.2),
)
