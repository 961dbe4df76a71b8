"""Garbage in a stream: what anybody who can publish may put there, by mistake or not."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.trace.trace import TraceEvent


@dataclass(frozen=True, slots=True)
class Garbage:
    """A message that nobody can read.

    `{last}` in a header is the number of the last message, `{stream}` the stream's name.  With
    `less_bytes` its payload is that much less than the broker takes.
    """

    subject: str
    payload: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    less_bytes: int | None = None


PAYLOADS: Final = (b"", b"{", b"\xff\xfe", b"[]", b'{"data": [], "type": 3}', b"[" * 50_000)
MISDIRECTED: Final = 0.3  # of all, once something was said on two subjects
LARGE: Final = 0.2  # of the others without headers
SIZES: Final = (0, 300)  # bytes less than the broker takes
HEADERS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"Nats-Expected-Last-Sequence": "{last}"},
    {"Nats-Expected-Stream": "{stream}", "Nats-Msg-Id": "garbage {last}"},
    {"X": "x" * 60_000},
    {f"X-{number}": "é" for number in range(500)},
    {"Status": "503", "Description": "Idle Heartbeat"},
    {"traceparent": "00-zz-\x00-01"},
)


class _Poison(Fault):
    name = "poison"
    on = "stored"

    def __init__(self, when: When, header: str) -> None:
        super().__init__(when)
        name, _, value = header.partition(": ")
        self._headers = (*HEADERS, {name: value}) if header else HEADERS
        self._passed: dict[str, Any] = {}  # subject → what was last said there

    def garbage_after(self, event: TraceEvent, now_s: float) -> Garbage | None:
        # A dead letter has a reason, and is no message of anybody's.
        if event.kind != "stored" or "reason" in event.fields:
            return None
        subject = str(event["subject"])
        self._passed[subject] = event["data"]
        if not self.injects_at(event, now_s):
            return None
        others = [it for it in self._passed if it != subject]
        if others and self._random.random() < MISDIRECTED:
            said = self._passed[self._random.choice(others)]
            return Garbage(subject, json.dumps(said).encode())
        headers = self._random.choice(self._headers)
        if not headers and self._random.random() < LARGE:
            return Garbage(subject, less_bytes=self._random.choice(SIZES))
        return Garbage(subject, self._random.choice(PAYLOADS), headers)


@reproducible_repr
def poison(header: str = "", **when: Any) -> Fault:
    """Put garbage into the stream right behind a message that was just stored, on its subject.

    `of` is a pattern for the subject and `at` one for the broker.  What it says, its headers and
    its size are drawn from the seed; now and then it is what was said before on another subject.  A
    `header` that means something to those who read messages, `Name: value`, may be among them.
    Raises: ValueError, for a line that is none.
    """
    if header and not all(header.partition(": ")):
        raise ValueError(f"{header!r} is no header: say 'Name: value'")
    return _Poison(When(**when), header)
