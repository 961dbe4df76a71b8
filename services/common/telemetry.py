"""What a service says about itself: one line of log and one count for each thing worth knowing.

What it says of the work at hand is noted for the span of that work, if anybody records spans.
Log, registry and spans are handed in, so that whoever runs the services decides where they go.
"""

from functools import cached_property
from math import nan
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from services.common import tracing
from services.common.events import Envelope
from services.common.health import Health
from services.common.outages import passes, passing, said
from services.common.spans import METHODS, UNRECORDED, Spans
from services.common.versioning import Decision

# What is measured when somebody looks, as against counted when it happens.
MEASURES: Final = {
    "outbox_events": "Events that wait to be published",
    "outbox_oldest_age_seconds": "Age of the oldest event that waits to be published",
    "consumer_lag": "Messages that the broker has not yet delivered to this service",
    "consumer_unacked": "Messages that were delivered and not yet acknowledged",
    "dead_letters": "Messages that this service has parked, until they are replayed or discarded",
    "timers_set": "Timers that have not rung",
    "timers_late": "Timers whose moment has passed and that have not rung",
    "mails_due": "Letters to people that were promised and are not posted",
    "payments_unsettled": "Charges and refunds about which Stripe has to be asked again",
    "payments_oldest_age_seconds": "For how long the oldest of them has been so",
    "refunds_refused": "Refunds that Stripe has refused and that are still owed",
}

LONGEST_REASON: Final = 500  # characters; garbage may name a type of a megabyte
NO_ROUTE: Final = "other"  # whatever a stranger asks for, it is one label


class Telemetry:
    """The log and the counters of one service.  `log` is a structlog logger."""

    def __init__(self, service: str, log: Any, spans: Spans = UNRECORDED) -> None:
        self.service = service
        self.log = log
        self.spans = spans
        self.health = Health()
        self._every: list[Counter | Histogram] = []
        self._requests = self._counter("requests", "HTTP requests of people", "method", "status")
        self._answers = Histogram(
            "boxoffice_answer_seconds",
            "From a person's request to its answer",
            ["method", "route"],
            registry=None,
        )
        self._every.append(self._answers)
        self._decisions = self._counter("events", "Messages by decision", "type", "decision")
        self._redeliveries = self._counter("redeliveries", "Messages that came again", "type")
        self._published = self._counter("published", "Events that JetStream has stored", "type")
        self._parked = self._counter("parked", "Messages parked as dead letters", "type")
        self._conflicts = self._counter("conflicts", "Conditional writes that came second")
        self._outages = self._counter("outages", "Attempts that a server did not grant", "where")
        self._failures = self._counter("failures", "Work that failed, and is tried again", "where")
        self._overdue = self._counter("overdue", "Orders that ended without their alarm")
        self._charges = self._counter("charges", "What Stripe said", "call", "outcome")
        self._given_up = self._counter("mails_given_up", "Letters that nobody will get", "why")
        self._security = self._counter("security", "What an attack may be part of", "event")
        self._measures: dict[str, Gauge] = {}

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        counter = Counter(f"boxoffice_{name}", text, labels, registry=None)
        self._every.append(counter)
        return counter

    @cached_property
    def registry(self) -> CollectorRegistry:
        """What whoever reads metrics reads; made when it is first asked for.

        Each collector is asked for all its names as it is registered, which costs as much as to
        make it, and of most lives in a world nobody asks.
        """
        registry = CollectorRegistry()
        for each in self._every:
            registry.register(each)
        return registry

    def metrics(self) -> bytes:
        """Return all counts in Prometheus' text format."""
        return generate_latest(self.registry)

    def measured(self, name: str, value: float = nan) -> None:
        """Something was measured, or could not be."""
        if name not in self._measures:
            self._measures[name] = Gauge(
                f"boxoffice_{name}", MEASURES[name], registry=self.registry
            )
        self._measures[name].set(value)

    def unmeasured(self) -> None:
        """Forget what was measured before: an old figure would pass for a new one."""
        for gauge in self._measures.values():
            gauge.set(nan)

    def answered(
        self, method: str, path: str, status: int, after_s: float = 0.0, route: str = NO_ROUTE
    ) -> None:
        """A request was answered.  An operator's, every few seconds, is not counted.

        `route` is the template of the path, since each label is kept for ever.
        """
        if path.startswith("/api/"):
            # A client may make up methods too.
            known = method if method in METHODS else "other"
            self._requests.labels(known, str(status)).inc()
            self._answers.labels(known, route).observe(after_s)
            tracing.note({"http.response.status_code": status})
        self.log.info("answered", method=method, path=path, status=status)

    def decided(self, envelope: Envelope, decision: Decision, attempt: int) -> None:
        """A message was applied, passed over, or sent back to come again."""
        self._decisions.labels(envelope.type, decision).inc()
        tracing.note({"boxoffice.decision": str(decision), "boxoffice.attempt": attempt})
        if attempt > 1:
            self._redeliveries.labels(envelope.type).inc()
        self.log.info(
            "decided",
            type=envelope.type,
            subject=envelope.subject,
            version=envelope.data.get("version"),
            decision=str(decision),
            attempt=attempt,
        )

    def published(self, type: str) -> None:
        """JetStream has stored an event of ours."""
        self._published.labels(type).inc()

    def parked(self, type: str, reason: str) -> None:
        """A message was put aside for an operator."""
        self._parked.labels(type).inc()
        self.log.error("parked", type=type, reason=reason[:LONGEST_REASON])

    def conflict(self, aggregate: str) -> None:
        """A conditional write came second."""
        self._conflicts.inc()
        self.log.info("conflict", aggregate=aggregate)

    def outage(self, where: str, error: BaseException) -> None:
        """A server was out of reach or would not; whoever tried tries again."""
        self._outages.labels(where).inc()
        tracing.note({"error.type": type(error).__name__})
        told = {"error": type(error).__name__, "said": said(error), "passes": str(passing(error))}
        self.log.warning("outage", where=where, **told)

    def overdue(self, order: str) -> None:
        """An order was open long past its time, and was ended without its alarm."""
        self._overdue.inc()
        self.log.warning("overdue", order=order)

    def charged(self, call: str, order: str, outcome: str, why: str = "") -> None:
        """Stripe took a charge or refund, refused it and said why, or did not answer."""
        self._charges.labels(call, outcome).inc()
        tracing.note({"boxoffice.order.id": order, f"boxoffice.{call}": outcome})
        reason = {"reason": why} if why else {}
        self.log.info("stripe", call=call, order=order, outcome=outcome, **reason)

    def mail_given_up(self, user: str, why: str, says: str) -> None:
        """A letter to somebody will never be posted; `says` is the mail server's code."""
        self._given_up.labels(why).inc()
        self.log.error("mail given up", user=user, why=why, says=says)

    def security(self, event: str) -> None:
        """Something happened that an attack may be part of; who and where is never said."""
        self._security.labels(event).inc()
        self.log.warning("security", incident=event)

    def failed(self, where: str, error: BaseException) -> None:
        """Something of our own went wrong."""
        self._failures.labels(where).inc()
        tracing.note({"error.type": type(error).__name__})
        self.log.error("failed", where=where, exc_info=error)

    def round_failed(self, where: str, error: Exception) -> None:
        """A round of work in the background failed; a second in a row makes the service unready."""
        self.health.refused(where, error)
        if not passes(error):
            return self.failed(where, error)
        self._failures.labels(where).inc()
        self.outage(where, error)

    def round_done(self, where: str) -> None:
        """A round of work in the background went well."""
        self.health.done(where)
