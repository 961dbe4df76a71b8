"""Charges, PaymentIntents, refunds and declines, and idempotency keys, by Stripe's rules.

Rules: https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/testing
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Final

from boxoffice.errors import NotSimulated
from boxoffice.servers.stripe import books, telling
from boxoffice.servers.stripe.answers import (
    REFUND_FAILED,
    Answer,
    Body,
    error,
    is_kept,
    missing,
    refusal,
)
from boxoffice.servers.stripe.cards import (
    GOOD_TOKENS,
    LEAST_CENTS,
    decline_of,
    declined,
    wrong_amount,
)
from boxoffice.servers.stripe.events import Events
from boxoffice.servers.stripe.forms import CHARGE, CHARGE_ELSEWHERE, metadata_of, unfit
from boxoffice.servers.stripe.intents import UNEXPECTED, Intents
from boxoffice.servers.stripe.keys import Keys
from boxoffice.servers.stripe.refunds import Refunds
from boxoffice.servers.stripe.resources import is_stripes
from boxoffice.trace.trace import Trace

_FAILED: Final = {"paid": False, "captured": False, "amount_captured": 0, "status": "failed"}


class FakeStripeServer:
    """Charges and what is made of them, by id.

    Keys are remembered by the clock `now_s`, in seconds since 1970.  Without a clock of its own,
    all happens at its beginning.
    """

    def __init__(self, trace: Trace, now_s: Callable[[], float] = lambda: 0.0) -> None:
        self.charges: dict[str, Body] = {}
        self.refunds: dict[str, Body] = {}
        self.events = Events(now_s)
        self._intents = Intents(now_s, self._charge_of, self._settle, self.events.add)
        self._refunds = Refunds(self, now_s)
        self._keys = Keys(now_s)
        self._trace = trace
        self._now_s = now_s
        # Told of each request, by who asks what commutes.
        self.notice: Callable[[str, str, str | None], None] = lambda method, path, key: None

    @property
    def payment_intents(self) -> Mapping[str, Body]:
        """All PaymentIntents, by id."""
        return self._intents.by_id

    def authenticate(self, intent: str, *, succeeds: bool = True) -> None:
        """Have the customer prove that a card is theirs, or fail to, as Stripe's pages do.

        Raises: KeyError, if there is no such intent; ValueError, if nothing is asked of anybody.
        """
        self.events.key = None
        self._intents.authenticate(intent, succeeds=succeeds)

    def handle(self, method: str, path: str, form: Mapping[str, str], key: str | None) -> Answer:
        """Do one request, unless its key was used before."""
        self.notice(method, path, key)
        kept = self._keys.find(key)
        if kept is not None:
            if (kept.path, kept.form) != (path, form):
                return error(400, "idempotency_error", f"Key {key} was used for something else.")
            self._tell(path, form, key, kept.answer, replayed=True)
            return kept.answer
        self.events.key = key
        answer = deepcopy(self._do(method, path, form))
        if key and _began(answer):
            self._keys.keep(key, path, form, answer)
        if method == "post":
            self._tell(path, form, key, answer, replayed=False)
        return answer

    def forget_keys(self, older_s: float) -> int:
        """Forget all keys that are older than so many seconds, and return how many those were."""
        return self._keys.forget(older_s)

    def charge_others(self, cards: int) -> None:
        """Take down that somebody else has charged so many cards on the same account."""
        self.events.key = None
        for _ in range(cards):
            self.events.add("charge.succeeded", self._new_charge(LEAST_CENTS, "usd", {}))

    def refuse(
        self,
        says: str,
        done: bool,
        method: str,
        path: str,
        form: Mapping[str, str],
        key: str | None,
    ) -> Answer:
        """Answer with the error `says`; with `done`, only after having done what was asked.

        What is said once the work has begun is kept under the key, and what was kept before stands:
        so a 500 comes again, and 409 and 429 do not.  A refund that failed is no error.
        """
        if says == REFUND_FAILED and telling.verb_of(method, path) == "refund":
            with self._refunds.failing():
                return self.handle(method, path, form, key)
        answer = refusal(says)
        if is_kept(answer) and self._keys.find(key) is not None:
            return self.handle(method, path, form, key)
        if done:
            self.handle(method, path, form, key)
        elif method == "post":
            self._tell(path, form, key, answer, replayed=False)
        if key and is_kept(answer):
            self._keys.keep(key, path, form, answer)
        return answer

    def _do(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        now_s, intents = self._now_s(), self.payment_intents
        match method, path.strip("/").split("/"):
            case "post", ["v1", "charges"]:
                return unfit(form, CHARGE, CHARGE_ELSEWHERE) or self._charge(form)
            case "get", ["v1", "charges"]:
                return books.page(self.charges, path, "charge", form)
            case "get", ["v1", "charges", "search"]:
                return books.search(self.charges, path, form, now_s)
            case "get", ["v1", "charges", id]:
                return _found(self.charges, "charge", id)
            case "post", ["v1", "refunds"]:
                return self._refunds.create(form)
            case "get", ["v1", "refunds"]:
                return books.page(self.refunds, path, "refund", form)
            case "get", ["v1", "refunds", id]:
                return _found(self.refunds, "refund", id)
            case "post", ["v1", "payment_intents"]:
                return self._intents.do("create", "", form)
            case "get", ["v1", "payment_intents"]:
                return books.page(intents, path, "payment_intent", form)
            case "get", ["v1", "payment_intents", "search"]:
                return books.search(intents, path, form, now_s)
            case "get", ["v1", "payment_intents", id]:
                return _found(intents, "payment_intent", id)
            case "post", ["v1", "payment_intents", id]:
                return self._intents.do("update", id, form)
            case "post", ["v1", "payment_intents", id, "confirm" | "capture" | "cancel" as verb]:
                return self._intents.do(verb, id, form)
            case "get", ["v1", "events"]:
                return books.page(self.events.by_id, path, "event", form)
            case "get", ["v1", "events", id]:
                return _found(self.events.by_id, "event", id)
            case _, ["v1", what, *_] if is_stripes(what):
                raise NotSimulated(f"Stripe's {what}", "charges and PaymentIntents are")
        return error(404, "invalid_request_error", f"Unrecognized request URL ({path}).")

    def _charge(self, form: Mapping[str, str]) -> Answer:
        amount, token = int(form.get("amount", "0")), form.get("source", "")
        if wrong := wrong_amount(amount):
            return wrong
        decline = decline_of(token)
        if not decline and token not in GOOD_TOKENS:
            return missing("token", token)
        charge = self._new_charge(amount, form.get("currency", ""), metadata_of(form))
        if decline:  # which is in the books all the same
            charge |= _FAILED
            self.events.add("charge.failed", charge)
            return declined(decline, charge=charge["id"])
        self.events.add("charge.succeeded", charge)
        return 200, charge

    def _new_charge(self, amount: int, currency: str, metadata: dict[str, str]) -> Body:
        charge: Body = {
            "id": f"ch_{len(self.charges) + 1:08d}",
            "object": "charge",
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": 0,
            "captured": True,
            "created": int(self._now_s()),
            "currency": currency,
            "metadata": metadata,
            "paid": True,
            "payment_intent": None,
            "refunded": False,
            "status": "succeeded",
        }
        self.charges[charge["id"]] = charge
        return charge

    def _charge_of(self, intent: Body, paid: bool, captured: bool) -> str:
        about = dict(intent["metadata"])
        charge = self._new_charge(intent["amount"], intent["currency"], about)
        charge |= {"payment_intent": intent["id"], "paid": paid, "captured": captured}
        charge["amount_captured"] = intent["amount"] if captured else 0
        charge["status"] = "succeeded" if paid else "failed"
        self.events.add("charge.succeeded" if paid else "charge.failed", charge)
        return str(charge["id"])

    def _settle(self, id: str, cents: int) -> None:
        charge = self.charges[id]
        back = charge["amount"] - cents
        charge |= {"captured": cents > 0, "amount_captured": cents, "amount_refunded": back}
        charge["refunded"] = not cents
        self.events.add("charge.captured" if cents else "charge.refunded", charge)

    def _tell(
        self, path: str, form: Mapping[str, str], key: str | None, answer: Answer, replayed: bool
    ) -> None:
        kind, fields = telling.told(path, form, answer)
        self._trace.record("stripe", kind, **fields, key=key, replayed=replayed)


def _found(books: Mapping[str, Body], kind: str, id: str) -> Answer:
    return (200, books[id]) if id in books else (404, missing(kind, id)[1])


def _began(answer: Answer) -> bool:
    # Stripe keeps no answer to a request that failed validation before anything was begun.
    status, body = answer
    if status < 400 or body["error"]["type"] == "card_error":
        return True
    return body["error"].get("code") in ("charge_already_refunded", UNEXPECTED)
