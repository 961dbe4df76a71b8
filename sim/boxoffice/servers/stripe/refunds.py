"""Refunds: of a charge or of a PaymentIntent, as a whole or in part.

Rules: https://docs.stripe.com/api/refunds/create
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from boxoffice.errors import NotSimulated
from boxoffice.servers.stripe.answers import Answer, Body, invalid, missing
from boxoffice.servers.stripe.forms import REFUND, metadata_of, unfit

if TYPE_CHECKING:
    from boxoffice.servers.stripe.server import FakeStripeServer

# What Stripe has besides, which is not simulated.
_ELSEWHERE: Final = (
    *("currency", "customer", "expand", "instructions_email", "origin"),
    *("refund_application_fee", "reverse_transfer"),
)


class Refunds:
    """Gives money back, and keeps the books of a server."""

    def __init__(self, server: "FakeStripeServer", now_s: Callable[[], float]) -> None:
        self._server = server
        self._now_s = now_s
        self._fails = False

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Have what is asked for meanwhile be a refund that fails: the charge stays as it was."""
        self._fails = True
        try:
            yield
        finally:
            self._fails = False

    def create(self, form: Mapping[str, str]) -> Answer:
        """Give back what a form asks for, as far as it was not given back before.

        Raises: NotSimulated, for what is authorised and not captured.
        """
        if wrong := unfit(form, REFUND, _ELSEWHERE):
            return wrong
        charge = self._charge_of(form)
        if isinstance(charge, tuple):
            return charge
        if not charge["paid"]:
            return invalid(f"Charge {charge['id']} was not paid, and cannot be refunded.")
        if not charge["captured"]:
            raise NotSimulated("a refund of what is only authorised", "cancel its PaymentIntent")
        left = charge["amount"] - charge["amount_refunded"]
        if charge["refunded"]:
            message = f"Charge {charge['id']} has already been refunded."
            return invalid(message, code="charge_already_refunded")
        cents = int(form.get("amount", left))
        if not 0 < cents <= left:
            message = f"Refund amount is greater than unrefunded amount on charge ({left} cents)"
            return invalid(message, param="amount")
        return 200, self._give(charge, cents, form)

    def _give(self, charge: Body, cents: int, form: Mapping[str, str]) -> Body:
        refunds = self._server.refunds
        refund = {
            "id": f"re_{len(refunds) + 1:08d}",
            "object": "refund",
            "amount": cents,
            "charge": charge["id"],
            "created": int(self._now_s()),
            "currency": charge["currency"],
            "metadata": metadata_of(form),
            "payment_intent": charge["payment_intent"],
            "reason": form.get("reason"),
            "status": "failed" if self._fails else "succeeded",
        }
        refunds[refund["id"]] = refund
        if self._fails:
            refund["failure_reason"] = "expired_or_canceled_card"
            self._server.events.add("refund.created", refund)
            self._server.events.add("refund.failed", refund)
            return refund
        charge["amount_refunded"] += cents
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._server.events.add("charge.refunded", charge)
        self._server.events.add("refund.created", refund)
        return refund

    def _charge_of(self, form: Mapping[str, str]) -> Body | Answer:
        if "payment_intent" not in form:
            id = form.get("charge", "")
            return self._server.charges.get(id) or missing("charge", id)
        id = form["payment_intent"]
        intent = self._server.payment_intents.get(id)
        if intent is None:
            return missing("payment_intent", id)
        if intent["status"] != "succeeded":
            return invalid(
                f"This PaymentIntent ({id}) does not have a successful charge to refund."
            )
        return self._server.charges[intent["latest_charge"]]
