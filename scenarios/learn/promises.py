"""What a shop promises, judged by what it was asked and what it said, and by nothing else."""

from collections.abc import Callable, Iterator
from typing import Final

from boxoffice import End
from boxoffice.trace import Kind
from boxoffice.world import Breach, Finding, Invariant
from scenarios.learn.charges import CHARGED
from scenarios.learn.following import AGREES
from scenarios.learn.history import FINAL, History, Said, history_of
from scenarios.learn.people import EXPIRY_S
from scenarios.learn.service import MISTAKE

Look = Callable[[History], Iterator[Breach]]
_IN_TIME_S: Final = 800.0  # whoever pays so early is early enough, whatever is slow meanwhile


def _promise(name: str, kind: Kind, says: str, look: Look, about: str = "") -> Invariant:
    def check(end: End) -> Finding:
        history = history_of(end)
        asked = [it for it in history.messages if it.is_asked and about in ("", it.type)]
        return Finding(bool(asked), list(look(history)), len(asked))

    return Invariant(name, kind, says, check)


def _runs(end: End) -> Finding:
    logs = [it for it in end.of_kind("log") if it["what"] == MISTAKE]
    found = [Breach(it["said"], (it.number,), for_good=True) for it in logs]
    return Finding(True, found[:1])


def _unanswered(history: History) -> Iterator[Breach]:
    answers = {
        "order": ("sold", "paid", *FINAL),
        "cancel": ("paid", *FINAL),
        "pay": ("paid", *FINAL),
    }
    for it in history.messages:
        if it.is_asked and it.type in answers:
            if not history.has_said(it.order, *answers[it.type]):
                said = f"the {it.type} of {it.order} for {it.seat} was never answered"
                yield Breach(said, (it.number,))
        elif it.is_asked and it.type == "who" and history.holder(it.seat) is None:
            yield Breach(f"nobody was told who has {it.seat}", (it.number,))


def _two_minds(history: History) -> Iterator[Breach]:
    pairs = (("sold", "refused"), ("paid", "refused"), ("paid", "cancelled"), ("paid", "expired"))
    for order in history.orders:
        for one, other in pairs:
            first, second = history.has_said(order, one), history.has_said(order, other)
            if first and second:
                two = sorted((first, second), key=lambda it: it.number)
                said = f"{order} was told {two[0].type}, and then {two[1].type}"
                yield Breach(said, [it.number for it in two], for_good=True)


def _double_sales(history: History) -> Iterator[Breach]:
    sold: dict[object, list[Said]] = {}
    for it in history.messages:
        if it.is_asked or it.type not in ("sold", "paid"):
            continue
        for other in sold.setdefault(it.seat, []):
            # What was said late may be over by then: either of the two sales.
            over = any(_may_be_gone(history, each, it) for each in (other, it))
            if other.order != it.order and not over:
                said = f"{it.seat} was sold to {other.order}, and to {it.order} as well"
                yield Breach(said, (other.number, it.number), for_good=True)
        sold[it.seat].append(it)


def _may_be_gone(history: History, one: Said, by: Said) -> bool:
    """Tell whether a sale may be over when another is told: it was cancelled, or had its time."""
    cancel, first = history.has_asked(one.order, "cancel"), history.has_asked(one.order, "order")
    if history.has_said(one.order, "paid") and one.type == "paid":
        return False
    is_cancelled = cancel is not None and cancel.number < by.number
    return is_cancelled or (first is not None and by.at_s - first.at_s >= EXPIRY_S)


def _needless_refusals(history: History) -> Iterator[Breach]:
    for it in history.says("refused"):
        asked = history.has_asked(it.order, "order")
        if asked and not history.has_asked(it.order, "cancel"):
            rivals = [order for order, seat in history.orders.items() if seat == asked.seat]
            if not any(_may_hold(history, each, asked, it) for each in rivals if each != it.order):
                said = f"{it.order} was refused {asked.seat}, which nobody else can have had"
                yield Breach(said, (asked.number, it.number), for_good=True)


def _may_hold(history: History, rival: str, asked: Said, until: Said) -> bool:
    came = history.has_asked(rival, "order")
    if came is None or came.number > until.number:
        return False
    gone = history.has_said(rival, *FINAL)
    return gone is None or gone.number > asked.number


def _wrong_holders(history: History) -> Iterator[Breach]:
    for seat in dict.fromkeys(history.orders.values()):
        told, standing = history.holder(seat), history.standing(seat)
        if told is None or len(standing) > 1:
            continue
        expected = standing[0].order if standing else None
        if told.order != expected:
            gone = history.has_said(told.order, *FINAL) if told.order else None
            why = f", which was {gone.type}" if gone else ""
            meant = f"it was sold to {expected}" if expected else "nobody should"
            said = f"{told.order or 'nobody'} has {seat}{why}, and {meant}"
            proofs = [it.number for it in (*standing, gone, told) if it]
            yield Breach(said, proofs)


def _untimely_ends(history: History) -> Iterator[Breach]:
    for order in history.orders:
        asked, gone = history.has_asked(order, "order"), history.has_said(order, "expired")
        paid = history.has_asked(order, "pay")
        if asked and gone and gone.at_s - asked.at_s < EXPIRY_S:
            early_s = gone.at_s - asked.at_s
            said = f"{order} expired {early_s:.0f} s after it was placed, and not after 900"
            yield Breach(said, (asked.number, gone.number), for_good=True)
        elif asked and gone and paid and paid.at_s - asked.at_s < _IN_TIME_S:
            said = f"{order} expired, although it was paid in time"
            yield Breach(said, (paid.number, gone.number), for_good=True)


def _left_open(history: History) -> Iterator[Breach]:
    for order in history.orders:
        sold = history.has_said(order, "sold")
        if sold and not history.has_said(order, "paid", "cancelled", "expired"):
            yield Breach(f"{order} was sold, never paid, and never expired", (sold.number,))


RUNS: Final = Invariant("your-code", Kind.ALWAYS, "the code itself does", _runs)
ANSWERED: Final = _promise("answered", Kind.FINALLY, "whoever asks is answered", _unanswered)
ONE_MIND: Final = _promise(
    "one-mind", Kind.ALWAYS, "nobody is told one thing and its contrary", _two_minds, "order"
)
NO_DOUBLE_SALE: Final = _promise(
    "no-double-sale", Kind.ALWAYS, "no seat is sold to two", _double_sales, "order"
)
SOLD_IF_FREE: Final = _promise(
    "sold-if-free", Kind.ALWAYS, "nobody is refused a free seat", _needless_refusals, "order"
)
HOLDER: Final = _promise(
    "holder-as-told", Kind.FINALLY, "who was told so has the seat", _wrong_holders, "who"
)
EXPIRES: Final = _promise(
    "expires-in-time", Kind.ALWAYS, "an order expires after 900 s, unpaid", _untimely_ends, "order"
)
ENDS: Final = _promise(
    "none-left-open", Kind.FINALLY, "each order is paid, or ends", _left_open, "order"
)
SALE: Final = (RUNS, NO_DOUBLE_SALE, ONE_MIND, SOLD_IF_FREE, ANSWERED, HOLDER)
TIMED: Final = (*SALE, EXPIRES, ENDS)
PAID: Final = (RUNS, *CHARGED, *TIMED[1:])
ALL: Final = (*PAID, AGREES)
