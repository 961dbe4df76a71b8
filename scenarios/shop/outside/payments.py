"""What Stripe did, from its books.

They tell the second of a charge at best.  A payment's own announcement, which comes soon after, is
the better clock; nothing is judged by these moments.
"""

from collections.abc import Callable, Iterator, Sequence

from scenarios.shop.checks.evidence import Document
from scenarios.shop.outside.announcements import Announcement
from scenarios.shop.outside.inferred import InferredEvent
from scenarios.shop.outside.snapshot import Snapshot
from scenarios.shop.outside.versions import Version
from services.common.events import PaymentCreated, PaymentRefunded

Told = Callable[[str, Sequence[Announcement], Document | None], list[Version]]


def inferred_payments(
    snapshot: Snapshot, said: Sequence[Announcement], began_us: int
) -> list[InferredEvent]:
    """Return charges and refunds, at µs since the run began."""
    announced = {
        (it.event.type, it.event.stripe_id): it
        for it in said
        if isinstance(it.event, PaymentCreated)
    }
    found = []
    for kind, entry, charge in _entries(snapshot):
        words = PaymentCreated.type if kind == "charge" else PaymentRefunded.type
        told = announced.get((words, charge["id"]))
        at_us = told.committed_us if told else _entered_us(entry, snapshot.at_us)
        fields = {
            "order": charge["metadata"]["order_id"],
            "key": None,  # which the books do not show
            "amount": entry["amount"],
            "outcome": entry.get("status", "succeeded"),
            "id": entry["id"],
            "replayed": False,
        }
        found.append(InferredEvent(at_us - began_us, "stripe", kind, fields))
    return found


def _entries(snapshot: Snapshot) -> Iterator[tuple[str, Document, Document]]:
    charges = snapshot.books.charges
    yield from (("charge", charge, charge) for charge in charges.values())
    for refund in snapshot.books.refunds.values():
        if refund.get("charge") in charges:
            yield "refund", refund, charges[refund["charge"]]


def _entered_us(entry: Document, otherwise_us: int) -> int:
    created_s = entry.get("created")
    return otherwise_us if created_s is None else int(created_s) * 1_000_000
