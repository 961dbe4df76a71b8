"""Parking: what fails for a reason of its own is put aside in its time, neither sooner nor later.

And where an operator has asked for it once the reason was gone, it is not put aside any more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, Evidence
from scenarios.shop.checks.words import count, moment
from services.common.subjects import REPLAYS

# What a store says of the document at hand, so that waiting mends nothing: it fails validation.
OF_THE_DOCUMENT: Final = ("121",)
# Of the promise: five failures and four minutes.  Source: services/common/failures.py
OFTEN: Final = 5
LONG_S: Final = 240.0
AT_ONCE_S: Final = 1.0  # until it is put aside, where nothing is in the way
INSTANT_S: Final = 0.001
KINDS: Final = (
    *("log", "delivered", "acked", "termed", "start", "crash", "leave", "pause", "partition"),
    *("lost", "late", "answered", "limit"),
)
BROKER: Final = "nats"
LETTER_BYTES: Final = 100_000  # of a message of ours and why it was put aside: fewer
_Message = tuple[str, int]  # its consumer, and its number


@dataclass(slots=True)
class _Failing:
    first: TraceEvent
    times: int = 0

    def is_due(self, at_us: int) -> bool:
        lasts_s = (at_us - self.first.at_us) / 1e6
        return self.times >= OFTEN and lasts_s >= LONG_S - INSTANT_S


def reason_of(code: str) -> str:
    """Return how a driver's error names the code by which a store has refused."""
    return f"'code': {code},"


def parked_untimely(evidence: Evidence) -> Iterator[Breach]:
    """Follow each message that fails, as each process of its service can remember it."""
    if ACKNOWLEDGEMENTS in evidence.unseen or not evidence.is_told:
        return
    if any(it.get("what") == "failed" and it.cause is not None for it in evidence.of_kind("log")):
        follower = _Follower(evidence)
        for event in evidence.of_kind(*KINDS):
            yield from follower.follow(event)


class _Follower:
    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._failing: dict[str, dict[_Message, _Failing]] = {}  # by host
        self._due: dict[_Message, TraceEvent] = {}  # and what said that it has failed
        self._takes_letters = True  # the broker, if it takes messages as large as ever

    def follow(self, event: TraceEvent) -> Iterator[Breach]:
        match event.kind:
            case "log" if event.cause is not None:
                yield from self._said(event, self._evidence.event(event.cause))
            case "delivered":
                yield from self._again(event)
            case "acked" | "termed":
                self._is_done((event["consumer"], event["seq"]))
            case "start" | "crash":
                self._failing.pop(event.host, None)  # another life is patient anew
            case "limit" if event.host == BROKER:
                self._takes_letters = event["most_bytes"] >= LETTER_BYTES
                self._due.clear()
        if event.kind not in ("log", "delivered") and _is_in_the_way(event):
            self._due.clear()

    def _said(self, said: TraceEvent, delivered: TraceEvent) -> Iterator[Breach]:
        if delivered.kind != "delivered":
            return
        message = delivered["consumer"], delivered["seq"]
        failing = self._failing.setdefault(said.host, {})
        if said["what"] == "failed":
            known = failing.setdefault(message, _Failing(said))
            known.times += 1
            if known.is_due(said.at_us) and self._takes_letters:
                self._due.setdefault(message, said)
        elif said["what"] == "parked":
            if message in failing and not failing[message].is_due(said.at_us):
                yield _breach("was put aside", failing[message], delivered, said)
            self._is_done(message)

    def _again(self, event: TraceEvent) -> Iterator[Breach]:
        message = event["consumer"], event["seq"]
        said = self._due.get(message)
        if said is not None and event.at_us - said.at_us > AT_ONCE_S * 1e6:
            del self._due[message]
            yield _breach("came again", self._failing[said.host][message], event, event)

    def _is_done(self, message: _Message) -> None:
        self._due.pop(message, None)
        for failing in self._failing.values():
            failing.pop(message, None)


def _is_in_the_way(event: TraceEvent) -> bool:
    # Of a message's own store it is why it fails; the letter goes to the broker.
    return event.kind in ("crash", "leave", "pause", "partition") or event.get("to") == BROKER


def _breach(did: str, failing: _Failing, message: TraceEvent, at: TraceEvent) -> Breach:
    named = f"{message['consumer']}: message {message['seq']} ({message['subject']})"
    failed = f"having failed {count(failing.times, 'time')} since {moment(failing.first.at_us)}"
    return Breach(
        f"{named} {did} at {moment(at.at_us)}, {failed}", [failing.first.number, at.number]
    )


class Mended:
    """What stores have refused for the sake of a document, and what was asked for since."""

    def __init__(self, evidence: Evidence) -> None:
        told = evidence.is_told
        self._refused_us = {
            reason_of(it["says"]): it.at_us
            for it in (evidence.of_kind("answered") if told else ())
            if it["says"] in OF_THE_DOCUMENT
        }
        self._asked: Sequence[TraceEvent] = [
            it
            for it in (evidence.of_kind("stored") if self._refused_us else ())
            if it["subject"].startswith(f"{REPLAYS}.")
        ]
        # Whoever was refused last, and asked for nothing since, has not asked for all.
        self._given_up = _refused_at(evidence) if self._asked else -1

    def waits(self, letter: TraceEvent | None, reason: str) -> bool:
        """Tell whether a letter is rightly there: nobody has asked for it since it was mended."""
        refused_us = max((us for it, us in self._refused_us.items() if it in reason), default=None)
        if letter is None or refused_us is None:
            return False
        since_us, about = max(refused_us, letter.at_us), letter["subject"].partition(".")[2]
        asked = f"{REPLAYS}.{about}"
        since = [it for it in self._asked if it["subject"] == asked and it.at_us > since_us]
        return not since or since[-1].number < self._given_up


def _refused_at(evidence: Evidence) -> int:
    """Return with which event the broker last refused, or missed, what no service has asked."""
    services = {it.host for it in evidence.of_kind("start")}
    refused = (it for it in evidence.of_kind("answered", "lost") if it["to"] == "nats")
    return max((it.number for it in refused if it.host not in services), default=-1)
