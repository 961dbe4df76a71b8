"""What befalls a host at a moment: at an event of the trace, or right after or before a call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.schedule import Occasion, When
from boxoffice.net.calls import Call
from boxoffice.trace.trace import TraceEvent


@dataclass(frozen=True, slots=True)
class Blow:
    """What a world is to do to a host: its name, `pause` say, and how."""

    name: str
    host: str
    how: Mapping[str, Any] = field(default_factory=dict)


class Blows(ByPattern):
    """A fault that deals one blow to a host, whenever its moment comes."""

    def __init__(self, when: When, on: str, moment: str, blow: Blow) -> None:
        super().__init__(when)
        self.on = on
        self.moment = moment
        if moment:
            self.occasion = Occasion.CALL
        self.target_hosts = (blow.host,)
        self.blow = blow

    def blow_after(self, event: TraceEvent, now_s: float) -> Blow | None:
        if event.kind != self.on:
            return None
        return self.blow if self.injects_at(event, now_s) else None

    def is_concerned(self, call: Call) -> bool:
        has_part = self.when.by or self.blow.host in (call.source, call.target)
        return bool(has_part) and super().is_concerned(call)

    def blow_by(self, call: Call, now_s: float) -> Blow | None:
        return self.blow if self.strikes_call(call, now_s) else None
