"""What can befall messages: they come first, later, or once more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from boxoffice.choosing.addressed import of_message
from boxoffice.choosing.heard import Played, Sent
from boxoffice.choosing.option import (
    ARRIVED,
    UNDER_WAY,
    Amount,
    Option,
    by_value,
    lengths,
    spoken,
)
from boxoffice.faults import delays, duplicates
from boxoffice.faults.schedule import Fault
from boxoffice.trace.trace import TraceEvent
from boxoffice.views.descriptions import subject

LATER_S: Final = (1.0, 3.0, 60.0)  # a world waits some minutes for what is still under way
AGAIN_S: Final = (1.0, 60.0)
FIRST_S: Final = 1.0  # by which the others come later
JUST_S: Final = 0.001
LAST: Final = 4  # messages that have arrived, of which copies are offered
OVERTAKEN: Final = "overtaken"


@dataclass(frozen=True, slots=True)
class Message:
    """A message for one consumer: the event since when it is under way, and what it says.

    `delivered` is the event in which it first arrived, if it ever did.
    """

    sent: Sent
    begun: int
    says: str
    delivered: TraceEvent | None

    @property
    def id(self) -> str:
        """What it is called among the options."""
        return f"{self.sent.consumer}:{self.sent.id}"

    def is_under_way(self, number: int) -> bool:
        """Tell whether it has been sent at an event, and has not arrived."""
        arrived = self.delivered is not None and self.delivered.number <= number
        return self.begun <= number and not arrived


def messages_of(run: Played) -> list[Message]:
    """Return all messages of a run, in the order in which they were sent: a webhook is one, too."""
    stored, arrived = dict[tuple[str, object], TraceEvent](), dict[tuple[object, ...], TraceEvent]()
    for event in run.outcome.trace.of_kind("stored", "delivered", "webhook"):
        if event.kind == "stored":
            if not event["duplicate"]:
                stored[event.host, event["seq"]] = event
        else:
            id = event["seq"] if event.kind == "delivered" else event["id"]
            arrived.setdefault((event.host, event["consumer"], id), event)
    found = list[Message]()
    for sent in run.occasions.messages:
        news = stored.get((sent.server, sent.id))
        says = sent.subject if news is None else subject(news, run.names)
        begun = max(sent.number - 1, 0) if news is None else news.number
        arrival = arrived.get((sent.server, sent.consumer, sent.id))
        found.append(Message(sent, begun, says, arrival))
    return found


def message_options(run: Played, number: int) -> Iterator[Option]:
    """Yield what can befall messages at an event."""
    every = messages_of(run)
    waiting = [it for it in every if it.is_under_way(number)]
    for one in waiting:
        others = [it for it in waiting if it is not one]
        if others:
            yield _first(run, one, others)
        yield _later(run, one, _overtaking(one, every, number))
        yield _again(run, one)
    here = [it for it in every if it.delivered is not None and it.delivered.number <= number]
    here.sort(key=lambda it: it.delivered.number if it.delivered else 0)
    for one in reversed(here[-LAST:]):
        yield _now(run, one, run.events[number].at_us / 1e6)


def _about(one: Message) -> str:
    return f"{one.says} → {one.sent.consumer}"


def late(run: Played, one: Message, by_s: float) -> Fault:
    """Return the fault by which a message comes later."""
    return of_message(lambda **when: delays(by_s, **when), run, one.sent)


def twice(run: Played, one: Message, after_s: float) -> Fault:
    """Return the fault by which a message comes once more."""
    return of_message(
        lambda **when: duplicates(within_s=0.0, after_s=after_s, **when), run, one.sent
    )


def _first(run: Played, one: Message, others: Sequence[Message]) -> Option:
    come = "the other one comes" if len(others) == 1 else f"the {len(others)} others come"
    return Option(
        f"first:{one.id}",
        UNDER_WAY,
        _about(one),
        "first",
        f"{one.says} reaches {one.sent.consumer} first, {come} {spoken(FIRST_S)} later",
        lambda amount: [late(run, it, FIRST_S) for it in others],
    )


def _later(run: Played, one: Message, overtaken_s: float | None) -> Option:
    says = f"{one.says} reaches {one.sent.consumer}"
    amounts = {
        key: Amount(key, it.says, f"{says} {it.says} later")
        for key, it in lengths(*LATER_S, says="{}").items()
    }
    if overtaken_s is not None:
        told = f"{says} once the next message there has overtaken it"
        amounts |= by_value(Amount(OVERTAKEN, "till overtaken", told))

    def faults(amount: str) -> Sequence[Fault]:
        by_s = overtaken_s if amount == OVERTAKEN else float(amount)
        assert by_s is not None, "what nothing overtakes is not offered"
        return [late(run, one, by_s)]

    return Option(
        f"later:{one.id}", UNDER_WAY, _about(one), "later", f"{says} later", faults, amounts
    )


def _overtaking(one: Message, every: Sequence[Message], number: int) -> float | None:
    """Return by how many seconds a message is late when the next to its consumer has overtaken."""
    for other in every:
        is_later = other.begun > max(number, one.begun)
        if is_later and other.sent.consumer == one.sent.consumer and other.delivered:
            late_s = _above_s(other.delivered.at_us / 1e6 - one.sent.at_s + 50 * JUST_S)
            return late_s if late_s <= LATER_S[-1] else None
    return None


def _again(run: Played, one: Message) -> Option:
    says = f"{one.says} reaches {one.sent.consumer} twice, again"
    return Option(
        f"again:{one.id}",
        UNDER_WAY,
        _about(one),
        "twice",
        says,
        lambda amount: [twice(run, one, float(amount))],
        lengths(*AGAIN_S, says="after {}"),
    )


def _now(run: Played, one: Message, now_s: float) -> Option:
    # Laid down when it was stored, a copy comes so long after that.
    after_s = _above_s(now_s - one.sent.at_s + JUST_S)
    return Option(
        f"now:{one.id}",
        ARRIVED,
        _about(one),
        "once more",
        f"{one.says} reaches {one.sent.consumer} once more, now",
        lambda amount: [twice(run, one, after_s)],
    )


def _above_s(seconds: float) -> float:
    """Return seconds, in whole milliseconds and never less."""
    return ceil(seconds * 1000) / 1000
