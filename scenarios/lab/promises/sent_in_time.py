"""A charge is sent soon after it was decided on, and for an order that is not over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from boxoffice.clock import EPOCH
from boxoffice.trace import Kind, TraceEvent
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import MIRRORS, Evidence
from scenarios.shop.checks.words import moment, short
from services.payments.retry_policy import PATIENCE

SLACK_S: Final = 3.0  # for who was on the way when something changed


def _sent_in_time(evidence: Evidence) -> Finding:
    """Hold each charge, also one that Stripe knew, against what payments had written by then."""
    charges = [it for it in evidence.of_kind("charge") if it["order"]]
    return Finding(bool(charges), [it for one in charges for it in _late(evidence, one)])


def _late(evidence: Evidence, charge: TraceEvent) -> Iterator[Breach]:
    known = [it for it in evidence.history(MIRRORS, charge["order"]) if it.number < charge.number]
    payments = [payment for it in known if (payment := it["after"].get("payment"))]
    sent = [datetime.fromisoformat(it["sent_at"]) for it in payments if it.get("sent_at")]
    sent_at, now = max(sent, default=None), EPOCH + timedelta(microseconds=charge.at_us)
    heard = [it for it in known if it.at_us <= charge.at_us - SLACK_S * 1e6]
    what = f"the charge for order {short(charge['order'])} was sent at {moment(charge.at_us)}"
    if sent_at is None:
        yield Breach(f"{what}, and that it would be was never written", [charge.number])
    elif (late_s := (now - sent_at).total_seconds()) > PATIENCE.total_seconds() + SLACK_S:
        yield Breach(f"{what}, {late_s:.0f} s after that was decided", _proof(known, charge))
    elif heard and (why := _why_over(heard[-1]["after"], now)):
        yield Breach(f"{what}, for an order that {why}", _proof(heard, charge))


def _why_over(order: Any, now: datetime) -> str:
    if order["status"] == "cancelled":
        return "was cancelled"
    late_s = (now - datetime.fromisoformat(order["expires_at"])).total_seconds()
    return "had expired" if late_s > SLACK_S else ""


def _proof(writes: list[TraceEvent], charge: TraceEvent) -> list[int]:
    return [writes[-1].number, charge.number]


sent_in_time: Final = Invariant(
    "sent-in-time",
    Kind.ALWAYS,
    "a charge is sent within ten seconds of its decision, for an order that is not over",
    _sent_in_time,
)
