"""One thing that happened."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


def as_json(fields: Any) -> str:
    """Return JSON on one line, with the text of what JSON has no form for: ids, moments, decimals.

    >>> as_json({"at": datetime(2030, 1, 1), "key": b"\\x01"})
    '{"at":"2030-01-01T00:00:00","key":"01"}'
    """
    return json.dumps(
        fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text
    )


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One thing that happened."""

    number: int
    at_us: int
    host: str
    kind: str
    cause: int | None
    fields: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field, or `default`."""
        return self.fields.get(name, default)

    def as_json(self) -> str:
        """Return the event as one line, the same for the same event everywhere."""
        fields = {"n": self.number, "us": self.at_us, "host": self.host, "kind": self.kind}
        whole = fields | {"cause": self.cause} | self.fields
        return as_json(whole)
