"""Consumers that hand out their messages unasked, to whoever listens on a subject of theirs.

Source: https://docs.nats.io/nats-concepts/jetstream/consumers#dispatch-type-pull-push
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boxoffice.servers.jetstream.core import Core, CoreMessage

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.consumer import Consumer
    from boxoffice.servers.jetstream.pull import Delivery, Pull


class Push:
    """Asks a consumer for the next message as long as somebody listens."""

    def __init__(self, consumer: Consumer, core: Core) -> None:
        self._consumer = consumer
        self._core = core
        self._subject: str = consumer.config["deliver_subject"]
        self._group: str = consumer.config.get("deliver_group", "")
        self._request: Pull | None = None
        self._asking = False
        core.when_heard(self._subject, self.go_on)
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

    def stop(self) -> None:
        """Ask no more."""
        self._core.when_heard(self._subject, None)

    def _is_unheard(self) -> bool:
        if self.bound:
            return False
        self._request = None  # the consumer forgets who is gone
        return True

    def _hand_over(self, found: list[Delivery]) -> None:
        self._request = None
        for it in found:
            stored = it.message
            message = CoreMessage(stored.subject, it.reply, stored.data, stored.headers, it)
            self._core.publish(message, self._subject)
        self.go_on()
