"""The invariants: what must be true of every run, whatever breaks in it.

An `always` invariant is judged by replaying what was written, a `finally` one by what is left once
the world is healed and quiet.  What a check needs of services beside names it loads as it judges.
"""

from collections.abc import Sequence
from typing import Final

from boxoffice.trace import Judgement, Kind
from boxoffice.world import Invariant as Invariant
from scenarios.shop.checks import (
    accounts,
    alarms,
    attempts,
    behaviour,
    conditional,
    durability,
    effects,
    hearing,
    leaving,
    money,
    orders,
    ownership,
    pages,
    pending,
    prices,
    quiescence,
    reads,
    refusals,
    repetition,
    replicas,
    reservations,
    sessions,
    told,
    unfolding,
    unprovoked,
    versions,
)
from scenarios.shop.checks.collecting import collect_evidence as collect_evidence
from scenarios.shop.checks.evidence import Evidence as Evidence
from scenarios.shop.checks.promised import PROMISED
from scenarios.shop.checks.restless import restless as restless

no_double_sale: Final = Invariant(
    "no-double-sale",
    Kind.ALWAYS,
    "at most one order per ticket is not cancelled",
    orders.no_double_sale,
)
terminal_is_final: Final = Invariant(
    "terminal-is-final",
    Kind.ALWAYS,
    "a complete or cancelled order never changes status",
    orders.terminal_is_final,
)
versions_step_by_one: Final = Invariant(
    "versions-step-by-one",
    Kind.ALWAYS,
    "each aggregate's version grows by exactly one per commit, and no replica's ever goes back",
    versions.versions_step_by_one,
)
no_lost_update: Final = Invariant(
    "no-lost-update",
    Kind.ALWAYS,
    "a successful PUT was computed from the version directly before its own",
    versions.no_lost_update,
)
charged_once: Final = Invariant(
    "charged-once",
    Kind.ALWAYS,
    "at most one successful charge per order, for exactly the order's price",
    money.charged_once,
)
holder_releases: Final = Invariant(
    "holder-releases",
    Kind.ALWAYS,
    "a reservation is released only for the order that holds it",
    reservations.holder_releases,
)
money_conserved: Final = Invariant(
    "money-conserved",
    Kind.FINALLY,
    "charged less refunded is the price of a complete order, and nothing for any other",
    money.money_conserved,
)
replicas_converge: Final = Invariant(
    "replicas-converge",
    Kind.FINALLY,
    "every replica equals its source: version and fields",
    replicas.replicas_converge,
)
reservation_agrees: Final = Invariant(
    "reservation-agrees",
    Kind.FINALLY,
    "a ticket names an order exactly when an order that is not cancelled holds it",
    reservations.reservation_agrees,
)
every_version_announced: Final = Invariant(
    "every-version-announced",
    Kind.FINALLY,
    "the stream holds every committed version of every aggregate",
    versions.every_version_announced,
)
orders_settle: Final = Invariant(
    "orders-settle",
    Kind.FINALLY,
    f"no unpaid order is left open {orders.SETTLE_BOUND_S:.0f} s past its expiry",
    orders.orders_settle,
)
accepted_is_durable: Final = Invariant(
    "accepted-is-durable",
    Kind.FINALLY,
    "whatever was answered with 2xx is there after any crash",
    durability.accepted_is_durable,
)
nothing_stuck: Final = Invariant(
    "nothing-stuck",
    Kind.FINALLY,
    "no unacknowledged message, filled outbox, leased timer or dead letter is left",
    quiescence.nothing_stuck,
    judges_unrest=True,
)
sessions_isolate: Final = Invariant(
    "sessions-isolate",
    Kind.ALWAYS,
    "no response carries another user's order or payment",
    sessions.sessions_isolate,
)
owner_only: Final = Invariant(
    "owner-only",
    Kind.ALWAYS,
    "nobody but its owner sees or changes an order or a payment, or changes a ticket",
    ownership.owner_only,
)
conditions_hold: Final = Invariant(
    "conditions-hold",
    Kind.ALWAYS,
    "an edit is of the version that If-Match names, 409 and 412 are answered only where they are "
    "due, and what is refused changes nothing",
    conditional.conditions_hold,
)
prices_to_the_cent: Final = Invariant(
    "prices-to-the-cent",
    Kind.ALWAYS,
    "what is asked, shown, ordered, announced, charged and given back is the same to the cent",
    prices.prices_to_the_cent,
)
no_hot_loop: Final = Invariant(
    "no-hot-loop",
    Kind.ALWAYS,
    "what failed waits before it is tried again",
    attempts.no_hot_loop,
)
history_explains_state: Final = Invariant(
    "history-explains-state",
    Kind.FINALLY,
    "what an aggregate has announced makes the document that its owner keeps",
    unfolding.history_explains_state,
)
reads_go_forward: Final = Invariant(
    "reads-go-forward",
    Kind.ALWAYS,
    "nobody is shown an older state than was answered before they asked",
    reads.reads_go_forward,
)
answered_alike: Final = Invariant(
    "answered-alike",
    Kind.ALWAYS,
    "a payment, a cancellation and an account stay what they were when asked for again",
    repetition.answered_alike,
)
lists_are_whole: Final = Invariant(
    "lists-are-whole",
    Kind.ALWAYS,
    "a list that is followed to its end shows each thing once and in its order",
    pages.lists_are_whole,
)
refusals_in_words: Final = Invariant(
    "refusals-in-words",
    Kind.ALWAYS,
    "no request is answered 500, and each refusal says why",
    refusals.refusals_in_words,
)
letters_open_once: Final = Invariant(
    "letters-open-once",
    Kind.ALWAYS,
    "a mailed token replaces a password once, for half an hour, and ends older sessions",
    accounts.letters_open_once,
)
alarms_on_time: Final = Invariant(
    "alarms-on-time",
    Kind.ALWAYS,
    "an order's alarm rings once, not before its time is over, and not after its end",
    alarms.alarms_on_time,
)
keeps_to_its_own: Final = Invariant(
    "keeps-to-its-own",
    Kind.ALWAYS,
    "a message or a request changes only the documents and fields that are its to change",
    effects.keeps_to_its_own,
)
reservations_as_told: Final = Invariant(
    "reservations-as-told",
    Kind.ALWAYS,
    "all that people were answered about orders can have been, and nobody had too many at once",
    told.reservations_as_told,
)
follows_the_contract: Final = Invariant(
    "follows-the-contract",
    Kind.ALWAYS,
    "each write, message, decision and charge is a step that the contract allows",
    behaviour.follows_the_contract,
)
leaves_in_order: Final = Invariant(
    "leaves-in-order",
    Kind.ALWAYS,
    "who is told to end is not ready, begins nothing new, and leaves nothing of its own undone",
    leaving.leaves_in_order,
)
everybody_hears: Final = Invariant(
    "everybody-hears",
    Kind.FINALLY,
    "who consumes a type of event has heard each of them",
    hearing.everybody_hears,
)
pending_for_a_reason: Final = Invariant(
    "pending-for-a-reason",
    Kind.ALWAYS,
    "a payment is answered 202 only while Stripe's answer is not known",
    pending.pending_for_a_reason,
)
no_own_errors: Final = Invariant(
    "no-own-errors",
    Kind.ALWAYS,
    "no service errs of itself, or misses a server that was there",
    unprovoked.no_own_errors,
)
# In the order in which they are reported.
INVARIANTS: Final[tuple[Invariant, ...]] = (
    no_double_sale,
    terminal_is_final,
    versions_step_by_one,
    no_lost_update,
    charged_once,
    holder_releases,
    money_conserved,
    replicas_converge,
    reservation_agrees,
    every_version_announced,
    orders_settle,
    accepted_is_durable,
    nothing_stuck,
    sessions_isolate,
    owner_only,
    conditions_hold,
    prices_to_the_cent,
    no_hot_loop,
    history_explains_state,
    reads_go_forward,
    answered_alike,
    lists_are_whole,
    refusals_in_words,
    letters_open_once,
    alarms_on_time,
    keeps_to_its_own,
    reservations_as_told,
    follows_the_contract,
    leaves_in_order,
    everybody_hears,
    pending_for_a_reason,
    no_own_errors,
    *PROMISED,
)

# What the smallest run of any storm puts to the test, whatever it has drawn.
OF_ANY_STORM: Final = (
    accepted_is_durable,
    every_version_announced,
    nothing_stuck,
    replicas_converge,
    versions_step_by_one,
)


def with_own(checks: Sequence[Invariant]) -> list[Invariant]:
    """Return all invariants, and those that a story brings itself."""
    return [*INVARIANTS, *(it for it in checks if it not in INVARIANTS)]


def judge(evidence: Evidence, invariants: Sequence[Invariant] = INVARIANTS) -> list[Judgement]:
    """Return what the evidence shows of each invariant, in their order."""
    return [invariant.judge(evidence) for invariant in invariants]
