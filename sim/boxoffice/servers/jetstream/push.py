"""Consumers that hand out their messages unasked, to whoever listens on a subject of theirs.

Source: https://docs.nats.io/nats-concepts/jetstream/consumers#dispatch-type-pull-push
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from boxoffice.servers.jetstream.config import NANOSECONDS
from boxoffice.servers.jetstream.core import Core, CoreMessage
from boxoffice.servers.jetstream.hooks import CLOCK_GRAIN_S, Hooks, Timer

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.consumer import Consumer
    from boxoffice.servers.jetstream.pull import Delivery, Pull


class Push:
    """Asks a consumer for the next message as long as somebody listens.

    Where it is asked to, it says every so often that there was none, and `ends` the consumer once
    nobody has listened for a while.
    """

    def __init__(
        self, consumer: Consumer, core: Core, hooks: Hooks, ends: Callable[[], None]
    ) -> None:
        config = consumer.config
        self._consumer = consumer
        self._core = core
        self._hooks = hooks
        self._ends = ends
        self._subject: str = config["deliver_subject"]
        self._group: str = config.get("deliver_group", "")
        self._beat_s: float = config.get("idle_heartbeat", 0) / NANOSECONDS
        self._sent_s = hooks.now()
        self._beat: Timer | None = None
        self._end: Timer | None = None
        self._request: Pull | None = None
        self._asking = False
        core.when_heard(self.go_on, self._subject)
        self.go_on()

    @property
    def bound(self) -> bool:
        """Whether somebody listens."""
        return self._core.listens(self._subject, self._group)

    def go_on(self) -> None:
        """Ask for messages, as long as there are any and somebody to hear them."""
        if self._asking:
            return
        self._asking = True
        while self._request is None and self.bound:
            request = self._consumer.pull(1, None, self._hand_over, self._is_unheard)
            self._request = None if request.done else request
        self._asking = False
        self._keep_time()

    def reconfigured(self) -> None:
        """Go on as the consumer is configured now, on another subject if that has changed.

        The group stays the one it began with, as it does with nats-server 2.15.1.
        """
        subject: str = self._consumer.config["deliver_subject"]
        if subject != self._subject:
            self._subject = subject
            self._core.when_heard(self.go_on, subject)
            self._bring_back()
        if self._end is not None:
            self._end.cancel()
            self._end = None
        self.go_on()

    def stop(self) -> None:
        """Ask no more."""
        self._core.when_heard(self.go_on, None)
        for timer in (self._beat, self._end):
            if timer is not None:
                timer.cancel()

    def _bring_back(self) -> None:
        # Whoever has them listens no more; the rule is forceExpirePending of nats-server.
        ledger, limit = self._consumer.ledger, self._consumer.config["max_deliver"]
        for seq, held in sorted(ledger.outstanding.items()):
            if seq not in ledger.due and held.spent(limit):
                self._consumer.give_up(held)
            else:
                ledger.redeliver(seq)

    def _is_unheard(self) -> bool:
        if self.bound:
            return False
        self._request = None  # the consumer forgets who is gone
        self._keep_time()
        return True

    def _hand_over(self, found: list[Delivery]) -> None:
        self._request = None
        self._sent_s = self._hooks.now()
        for it in found:
            stored = it.message
            data, headers = stored.data, stored.headers
            if self._consumer.config.get("headers_only"):
                data, headers = b"", {**headers, "Nats-Msg-Size": str(len(data))}
            message = CoreMessage(stored.subject, it.reply, data, headers, it)
            self._core.publish(message, self._subject)
        self.go_on()

    # --- time ----------------------------------------------------------------------------

    def _keep_time(self) -> None:
        bound = self.bound
        if self._end is not None and bound:
            self._end.cancel()
            self._end = None
        idle_s = self._consumer.config.get("inactive_threshold", 0) / NANOSECONDS
        if idle_s and self._end is None and not bound:
            self._end = self._hooks.later(idle_s, self._end_unheard)
        if self._beat_s and self._beat is None and bound:
            rest_s = self._sent_s + self._beat_s - self._hooks.now()
            self._beat = self._hooks.later(max(0.0, rest_s), self._say_nothing_came)

    def _end_unheard(self) -> None:
        self._end = None
        if not self.bound:
            self._ends()

    def _say_nothing_came(self) -> None:
        self._beat = None
        now_s, ledger = self._hooks.now(), self._consumer.ledger
        if self.bound and now_s + CLOCK_GRAIN_S >= self._sent_s + self._beat_s:
            self._sent_s = now_s
            headers = {
                "Status": "100",
                "Description": "Idle Heartbeat",
                "Nats-Last-Consumer": str(ledger.delivered),
                "Nats-Last-Stream": str(ledger.next_seq - 1),
            }
            self._core.publish(CoreMessage(self._subject, "", b"", headers))
        self._keep_time()
