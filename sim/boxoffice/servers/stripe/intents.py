"""PaymentIntents: what may take several steps to be paid, and the states it goes through.

Rules: https://docs.stripe.com/payments/paymentintents/lifecycle,
https://docs.stripe.com/api/payment_intents, https://docs.stripe.com/error-codes
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from boxoffice.errors import NotSimulated
from boxoffice.servers.stripe.answers import Answer, Body, invalid, missing
from boxoffice.servers.stripe.cards import (
    GOOD_METHODS,
    GOOD_TOKENS,
    PROVEN_METHODS,
    UNPROVEN,
    decline_of,
    declined,
    wrong_amount,
)
from boxoffice.servers.stripe.forms import lacks, metadata_of, unfit
from boxoffice.servers.stripe.parameters import ELSEWHERE, INTENTS

_OPEN: Final = ("requires_payment_method", "requires_confirmation", "requires_action")
UNEXPECTED: Final = "payment_intent_unexpected_state"


class Intents:
    """All intents, by id.

    `charged(intent, paid, captured)` makes a charge of one and returns its id, `settled(id, cents)`
    captures as much of a charge, and gives the rest back; `happened` is told of each event.
    """

    def __init__(
        self,
        now_s: Callable[[], float],
        charged: Callable[[Body, bool, bool], str],
        settled: Callable[[str, int], None],
        happened: Callable[[str, Body], None],
    ) -> None:
        self.by_id: dict[str, Body] = {}
        self._now_s = now_s
        self._charged = charged
        self._settled = settled
        self._happened = happened

    def do(self, verb: str, id: str, form: Mapping[str, str]) -> Answer:
        """Do what changes an intent: create, update, confirm, capture or cancel it."""
        # Older versions of Stripe's client say "True", as Python does.
        form = {name: it.lower() if it in ("True", "False") else it for name, it in form.items()}
        if wrong := unfit(form, INTENTS[verb], ELSEWHERE):
            return wrong
        if verb == "create":
            return self._create(form)
        intent = self.by_id.get(id)
        if intent is None:
            return 404, missing("payment_intent", id)[1]
        acts = {
            "update": self._update,
            "confirm": self._confirm,
            "capture": self._capture,
            "cancel": self._cancel,
        }
        return acts[verb](intent, form)

    def authenticate(self, id: str, *, succeeds: bool = True) -> None:
        """Have the customer prove that a card is theirs, or fail to, as Stripe's pages do.

        Raises: KeyError, if there is no such intent; ValueError, if nothing is asked of anybody.
        """
        intent = self.by_id[id]
        if intent["status"] != "requires_action":
            raise ValueError(f"{id} waits for nobody: it has a status of {intent['status']}")
        if succeeds:
            self._pay(intent)
        else:
            message = "The provided PaymentMethod has failed authentication."
            self._fail(
                intent, {"code": "payment_intent_authentication_failure", "message": message}
            )

    def _create(self, form: Mapping[str, str]) -> Answer:
        if form.get("confirmation_method") == "manual":
            raise NotSimulated("Stripe's confirmation_method=manual", "confirm automatically")
        wrong = lacks(form, "amount", "currency") or wrong_amount(int(form["amount"]))
        wrong = wrong or _unheard_of(form)
        if wrong is None and form.get("confirm") == "true" and "payment_method" not in form:
            wrong = _without_method({})
        if wrong:
            return wrong
        intent = self._new(form)
        self.by_id[intent["id"]] = intent
        self._happened("payment_intent.created", intent)
        if form.get("confirm") == "true":
            return self._attempt(intent, form)
        return 200, intent

    def _new(self, form: Mapping[str, str]) -> Body:
        id, method = f"pi_{len(self.by_id) + 1:08d}", form.get("payment_method")
        return {
            "id": id,
            "object": "payment_intent",
            "amount": int(form["amount"]),
            "amount_capturable": 0,
            "amount_received": 0,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": form.get("capture_method", "automatic_async"),
            "client_secret": f"{id}_secret_{len(self.by_id) + 1:08d}",
            "confirmation_method": "automatic",
            "created": int(self._now_s()),
            "currency": form["currency"],
            "customer": form.get("customer"),
            "description": form.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": metadata_of(form),
            "next_action": None,
            "payment_method": method,
            "payment_method_types": _types(form),
            "receipt_email": form.get("receipt_email"),
            "status": "requires_confirmation" if method else "requires_payment_method",
        }

    def _update(self, intent: Body, form: Mapping[str, str]) -> Answer:
        closed = intent["status"] not in _OPEN and form.keys() & {"amount", "payment_method"}
        if closed:
            return _unexpected(intent, "updated", _OPEN)
        wrong = _unheard_of(form) or ("amount" in form and wrong_amount(int(form["amount"])))
        if wrong:
            return wrong
        texts = ("currency", "customer", "description", "receipt_email", "payment_method")
        intent |= {name: form[name] for name in texts if name in form}
        if "amount" in form:
            intent["amount"] = int(form["amount"])
        if "payment_method" in form:
            intent["status"] = "requires_confirmation"
        intent["metadata"] = {**intent["metadata"], **metadata_of(form)}
        return 200, intent

    def _confirm(self, intent: Body, form: Mapping[str, str]) -> Answer:
        if intent["status"] == "succeeded":
            message = (
                "You cannot confirm this PaymentIntent because it has already succeeded "
                "after being previously confirmed."
            )
            return _state(intent, message)
        if intent["status"] not in _OPEN:
            return _unexpected(intent, "confirmed", _OPEN[1:])
        if wrong := _unheard_of(form):
            return wrong
        if not (form.get("payment_method") or intent["payment_method"]):
            return _without_method(intent)
        return self._attempt(intent, form)

    def _attempt(self, intent: Body, form: Mapping[str, str]) -> Answer:
        method = form.get("payment_method") or intent["payment_method"]
        intent |= {"payment_method": method, "last_payment_error": None, "next_action": None}
        intent["capture_method"] = form.get("capture_method", intent["capture_method"])
        decline = decline_of(method)
        if method in PROVEN_METHODS:
            if "true" not in (form.get("off_session"), form.get("error_on_requires_action")):
                return 200, self._ask_for_proof(intent, form)
            decline = UNPROVEN
        if decline is not None:
            # The API has null there only "until PaymentIntent confirmation is attempted".
            intent["latest_charge"] = id = self._charged(intent, False, False)
            error = {"charge": id, "code": "card_declined", "decline_code": decline[0]}
            self._fail(intent, error)
            return declined(decline, charge=id, payment_intent=dict(intent))
        return 200, self._pay(intent)

    def _ask_for_proof(self, intent: Body, form: Mapping[str, str]) -> Body:
        action: Body = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
        if "return_url" in form:
            page = {"return_url": form["return_url"], "url": f"https://hooks.test/{intent['id']}"}
            action = {"type": "redirect_to_url", "redirect_to_url": page}
        intent |= {"status": "requires_action", "next_action": action}
        self._happened("payment_intent.requires_action", intent)
        return intent

    def _fail(self, intent: Body, error: Body) -> None:
        kept = {"type": "card_error", **error, "payment_method": {"id": intent["payment_method"]}}
        intent |= {
            "status": "requires_payment_method",
            "payment_method": None,
            "next_action": None,
            "last_payment_error": kept,
        }
        self._happened("payment_intent.payment_failed", intent)

    def _pay(self, intent: Body) -> Body:
        later = intent["capture_method"] == "manual"
        intent |= {"next_action": None, "latest_charge": self._charged(intent, True, not later)}
        if later:
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self._happened("payment_intent.amount_capturable_updated", intent)
        else:
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}
            self._happened("payment_intent.succeeded", intent)
        return intent

    def _capture(self, intent: Body, form: Mapping[str, str]) -> Answer:
        if intent["status"] != "requires_capture":
            return _unexpected(intent, "captured", ("requires_capture",))
        cents = int(form.get("amount_to_capture", intent["amount_capturable"]))
        if cents > intent["amount_capturable"]:
            message = "The amount to capture is greater than the remaining amount."
            return invalid(message, code="amount_too_large", param="amount_to_capture")
        self._settled(intent["latest_charge"], cents)
        intent |= {"status": "succeeded", "amount_received": cents, "amount_capturable": 0}
        intent["metadata"] = {**intent["metadata"], **metadata_of(form)}
        self._happened("payment_intent.succeeded", intent)
        return 200, intent

    def _cancel(self, intent: Body, form: Mapping[str, str]) -> Answer:
        if intent["status"] not in (*_OPEN, "requires_capture"):
            return _unexpected(intent, "canceled", (*_OPEN, "requires_capture"))
        if intent["status"] == "requires_capture":
            self._settled(intent["latest_charge"], 0)
        intent |= {
            "status": "canceled",
            "amount_capturable": 0,
            "next_action": None,
            "canceled_at": int(self._now_s()),
            "cancellation_reason": form.get("cancellation_reason"),
        }
        self._happened("payment_intent.canceled", intent)
        return 200, intent


def _types(form: Mapping[str, str]) -> list[str]:
    named = [value for name, value in form.items() if name.startswith("payment_method_types[")]
    return named or ["card"]


def _unheard_of(form: Mapping[str, str]) -> Answer | None:
    method = form.get("payment_method")
    known = (*GOOD_METHODS, *GOOD_TOKENS, *PROVEN_METHODS)
    if method is None or method in known or decline_of(method):
        return None
    return missing("PaymentMethod", method)


def _state(intent: Body, message: str) -> Answer:
    more: dict[str, Any] = {"payment_intent": dict(intent)} if intent else {}
    return invalid(message, code=UNEXPECTED, **more)


def _unexpected(intent: Body, done: str, wanted: tuple[str, ...]) -> Answer:
    message = (
        f"This PaymentIntent could not be {done} because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {done}: "
        f"{', '.join(wanted)}."
    )
    return _state(intent, message)


def _without_method(intent: Body) -> Answer:
    message = (
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
        "either update the PaymentIntent with a payment method and then confirm it again, or "
        "confirm it again directly with a payment method or ConfirmationToken."
    )
    return _state(intent, message)
