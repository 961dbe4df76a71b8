"""Pending: a payment is answered 202 while Stripe's answer is not known, and only then."""

from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.model.observed import PAY
from scenarios.shop.checks.disturbances import KINDS, OUTAGES
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, Evidence
from scenarios.shop.checks.exchanges import Exchange, call_of, clock_slack_s, exchanges
from scenarios.shop.checks.sending import is_over, not_sent
from scenarios.shop.checks.words import moment, short

LONG_S: Final = 5.0  # a call that is as late as this is given up


def pending_for_a_reason(evidence: Evidence) -> Finding:
    """Take each 202: something was amiss before, or somebody else was paying for the same order.

    And no 201 says of itself that it is none.
    """
    if ACKNOWLEDGEMENTS in evidence.unseen:  # nor is it told then what was amiss
        return Finding(False)
    amiss = next((it.number for it in evidence.of_kind(*KINDS, "leave") if _is_excuse(it)), None)
    paying, slack_s = _payments_under_way(evidence), clock_slack_s(evidence)
    tested, breaches = False, list[Breach]()
    for it in exchanges(evidence):
        if it.call != PAY or not it.succeeded:
            continue
        tested = True
        if it.status != 202 and isinstance(it.body, dict) and it.body.get("status") == "pending":
            at = f"{it.request.host} was answered {it.status} at {moment(it.response.at_us)}"
            breaches.append(Breach(f"order {_named(it)}: {at}, and pending", it.numbers))
        if it.status != 202 or (amiss is not None and amiss < it.response.number):
            continue
        order, ours = _order_of(it), it.request.number
        if is_over(evidence, order, it.response, slack_s):
            continue
        others = (span for asked, span in paying.get(order, {}).items() if asked != ours)
        if not any(begun < it.response.number and ours < ended for begun, ended in others):
            said = f"order {_named(it)}: {it.request.host} was answered 202, pending, at "
            known = f"{moment(it.response.at_us)}, though Stripe's answer was known"
            breaches.append(Breach(f"{said}{known}", it.numbers))
    return Finding(tested, [*breaches, *not_sent(evidence)])


def _order_of(it: Exchange) -> str:
    return str(it.asked.get("orderId"))


def _named(it: Exchange) -> str:
    return short(_order_of(it))


def _payments_under_way(evidence: Evidence) -> dict[str, dict[int, tuple[int, float]]]:
    # By order and request, from when on and until when somebody was paying.
    found: dict[str, dict[int, tuple[int, float]]] = {}
    asked: dict[int, str] = {}
    for event in evidence.of_kind("request", "response"):
        if event.kind == "request" and call_of(event) == PAY:
            body = event.get("body")
            order = str(body.get("orderId")) if isinstance(body, dict) else ""
            asked[event.number] = order
            found.setdefault(order, {})[event.number] = event.number, float("inf")
        elif event.kind == "response" and (order := asked.get(event["request"], "")):
            found[order][event["request"]] = event["request"], event.number
    return found


def _is_excuse(event: TraceEvent) -> bool:
    to = str(event.get("to", ""))
    match event.kind:
        case "log":
            return event.host.startswith("payments") and event.get("what") in OUTAGES[:2]
        case "late":
            return to == "stripe" or (event.host.startswith("payments") and event["s"] >= LONG_S)
        case "lost" | "answered":
            return to == "stripe" or event.host.startswith("payments") or to.startswith("payments")
    return event.host.startswith(("payments", "stripe", "nats")) or event.kind == "partition"
