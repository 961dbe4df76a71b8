"""Core NATS: who listens on which subjects now, and who waits for a reply.

A message goes to every subscription, and to one of each queue group; it is kept for nobody.
Source: https://docs.nats.io/nats-concepts/core-nats
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from boxoffice.clock.randomness import Random
from boxoffice.net.calls import settle
from boxoffice.servers.jetstream.subjects import matches

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.pull import Delivery


class CoreMessage(NamedTuple):
    """A message on its way; `delivery` tells of the stored one that it hands over."""

    subject: str
    reply: str
    data: bytes
    headers: Mapping[str, str]
    delivery: Delivery | None = None


@dataclass(eq=False)
class Interest:
    """A subscription as the server has it.

    `gone` tells that the client is no longer there; with `most` it ends after so many messages.
    """

    subject: str
    queue: str
    deliver: Callable[[CoreMessage], None]
    gone: Callable[[], bool]
    most: int = 0
    delivered: int = 0


class Core:
    """Everybody's subscriptions, in the order in which they were made."""

    def __init__(self) -> None:
        self._interests: dict[Interest, None] = {}
        self._expected: dict[str, asyncio.Future[CoreMessage]] = {}
        self._heard: dict[Callable[[], None], str] = {}
        self._inboxes = 0
        self._random = Random("queue groups")  # who of a group is next, the same in every run

    def next_inbox(self) -> str:
        """Return a subject for replies that nobody had before."""
        self._inboxes += 1
        return f"_INBOX.{self._inboxes:022d}"

    def subscribe(self, interest: Interest) -> None:
        self._interests[interest] = None
        self._tell(interest)

    def when_heard(self, tell: Callable[[], None], subject: str | None) -> None:
        """Call `tell` whenever somebody begins or ends to listen on a subject; None: no more."""
        if subject is None:
            self._heard.pop(tell, None)
        else:
            self._heard[tell] = subject

    def listens(self, subject: str, queue: str = "") -> bool:
        """Tell whether anybody listens on a subject, in this group if one is named."""
        return any(
            matches(it.subject, subject) and queue in ("", it.queue) and not it.gone()
            for it in self._interests
        )

    def unsubscribe(self, interest: Interest, most: int = 0) -> None:
        """End a subscription, now or after `most` messages."""
        interest.most = most
        if most <= interest.delivered and interest in self._interests:
            del self._interests[interest]
            self._tell(interest)

    def publish(self, message: CoreMessage, to: str = "") -> bool:
        """Hand a message to all who listen, on its subject or on `to`; tell whether any do."""
        waiting = self._expected.get(message.subject)
        if waiting is not None:
            settle(waiting, message)
            return True
        chosen = self._chosen(to or message.subject)
        for interest in chosen:
            interest.delivered += 1
            if interest.delivered == interest.most:
                del self._interests[interest]
            interest.deliver(message)
        return bool(chosen)

    def ask(self, message: CoreMessage) -> asyncio.Future[CoreMessage] | None:
        """Hand a request to all who listen, and return the first reply; None if nobody does."""
        answer: asyncio.Future[CoreMessage] = asyncio.get_running_loop().create_future()
        self._expected[message.reply] = answer
        answer.add_done_callback(lambda it: self._expected.pop(message.reply, None))
        if self.publish(message):
            return answer
        answer.cancel()
        return None

    def _tell(self, changed: Interest) -> None:
        for tell, subject in list(self._heard.items()):
            if matches(changed.subject, subject):
                tell()

    def _chosen(self, subject: str) -> list[Interest]:
        found: list[Interest] = []
        groups: dict[str, list[Interest]] = {}
        for interest in list(self._interests):
            if interest.gone():
                del self._interests[interest]
            elif matches(interest.subject, subject):
                of_all = groups.setdefault(interest.queue, []) if interest.queue else found
                of_all.append(interest)
        return found + [self._random.choice(group) for group in groups.values()]
