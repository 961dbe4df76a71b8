"""Money: charged once, and kept only for what is sold."""

from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import ORDERS, Document, Evidence
from scenarios.shop.checks.orders import TERMINAL
from scenarios.shop.checks.words import dollars, moment, short

CURRENCY: Final = "usd"  # in which prices are said


def charged_once(evidence: Evidence) -> Finding:
    """Take what Stripe did: one successful charge for an order, for exactly its price."""
    charges: dict[str, list[TraceEvent]] = {}
    for charge in evidence.of_kind("charge"):
        if charge["outcome"] == "succeeded" and not charge["replayed"]:
            charges.setdefault(charge["order"], []).append(charge)
    breaches = []
    for order, found in charges.items():
        if len(found) > 1:
            breaches.append(_charged_again(order, found))
        breaches += [it for charge in found if (it := _wrong_amount(evidence, order, charge))]
        breaches += [it for charge in found if (it := _wrong_currency(evidence, order, charge))]
    return Finding(bool(charges), breaches)


def _charged_again(order: str, charges: list[TraceEvent]) -> Breach:
    each = " and ".join(
        f"{dollars(it['amount'])} ({it['id']}, {moment(it.at_us)}, key {it['key']})"
        for it in charges
    )
    message = f"order {short(order)}: charged {len(charges)} times, {each}"
    return Breach(message, [charge.number for charge in charges])


def _wrong_amount(evidence: Evidence, order: str, charge: TraceEvent) -> Breach | None:
    price_cents = _price_cents(evidence, order)
    if charge["amount"] == price_cents:
        return None
    price = "there is no such order" if price_cents is None else f"it costs {dollars(price_cents)}"
    return Breach(
        f"order {short(order)}: charged {dollars(charge['amount'])} at {moment(charge.at_us)}, "
        f"but {price}",
        [*(write.number for write in evidence.history(ORDERS, order)[:1]), charge.number],
    )


def _wrong_currency(evidence: Evidence, order: str, charge: TraceEvent) -> Breach | None:
    currency = evidence.charges.get(charge["id"], {}).get("currency", CURRENCY)
    if currency == CURRENCY:
        return None
    said = f"order {short(order)}: charged in {currency} at {moment(charge.at_us)}"
    return Breach(f"{said}, and prices are in {CURRENCY}", [charge.number])


def _price_cents(evidence: Evidence, order: str) -> int | None:
    document = evidence.orders.get(order)
    for write in evidence.history(ORDERS, order)[:1]:  # the price is the first one
        document = write["after"] or document
    return None if document is None else int(document["ticket"]["price_cents"])


def money_conserved(evidence: Evidence) -> Finding:
    """Look at Stripe's books: the price is kept for a complete order, nothing for any other."""
    kept = _kept_cents(evidence)
    breaches = []
    for id in dict.fromkeys([*evidence.orders, *kept]):
        charged, refunded = kept.get(id, (0, 0))
        order = evidence.orders.get(id)
        if charged - refunded != _owed_cents(order) and not _is_unsettled(evidence, id):
            breaches.append(_imbalance(evidence, id, order, charged, refunded))
    sold = any(order["status"] == "complete" for order in evidence.orders.values())
    return Finding(bool(kept) or sold, breaches)


def _kept_cents(evidence: Evidence) -> dict[str, tuple[int, int]]:
    # order → charged and refunded
    kept: dict[str, tuple[int, int]] = {}
    for charge in evidence.charges.values():
        order = charge["metadata"]["order_id"]
        charged, refunded = kept.get(order, (0, 0))
        kept[order] = charged + charge["amount"], refunded + charge["amount_refunded"]
    return kept


def _owed_cents(order: Document | None) -> int:
    if order is None or order["status"] != "complete":
        return 0
    return int(order["ticket"]["price_cents"])


def _is_unsettled(evidence: Evidence, id: str) -> bool:
    # While Stripe's answer is unknown at payments, an order that is still open may be charged.
    order: Any = evidence.orders.get(id) or {}
    payment = (evidence.mirrors.get(id) or {}).get("payment") or {}
    is_open = order.get("status") in ("created", "awaiting:payment")
    return is_open and payment.get("status") == "pending"


def _imbalance(
    evidence: Evidence, id: str, order: Document | None, charged: int, refunded: int
) -> Breach:
    state = f"{order['status']} (version {order['version']})" if order else "unknown to orders"
    told = evidence.of_kind("charge", "refund") if evidence.is_told else ()
    moves = [it for it in told if _is_for(it, id)]
    at = "".join(f", {it.kind} at {moment(it.at_us)}" for it in moves)
    return Breach(
        f"order {short(id)}: {state}, so Stripe should keep {dollars(_owed_cents(order))}, but it "
        f"charged {dollars(charged)} and refunded {dollars(refunded)}{at}",
        [*(it.number for it in moves), *evidence.latest(ORDERS, id)],
        for_good=_is_done_with(order, evidence.mirrors.get(id)),
    )


def _is_done_with(order: Document | None, mirror: Document | None) -> bool:
    """Tell whether payments has heard how the order ended, and has nothing left to ask Stripe."""
    if order is None or mirror is None or order["status"] not in TERMINAL:
        return False
    status = (mirror.get("payment") or {}).get("status")
    return mirror["version"] == order["version"] and status not in ("pending", "refunding")


def _is_for(event: TraceEvent, order: str) -> bool:
    succeeded = event["outcome"] == "succeeded" and not event["replayed"]
    return bool(succeeded and event["order"] == order)
