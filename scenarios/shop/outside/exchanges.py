"""What people asked and were answered, looked up by trace and by what the answer showed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from boxoffice.trace import TraceEvent
from scenarios.shop.outside.announcements import Announcement


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """A request, and its response if there was one."""

    request: TraceEvent
    response: TraceEvent | None

    @property
    def succeeded(self) -> bool:
        """Whether it was answered with 2xx."""
        return self.response is not None and 200 <= (self.response.get("status") or 0) < 300

    @property
    def body(self) -> Any:
        """What was answered, or None."""
        return None if self.response is None else self.response.get("body")

    @property
    def trace(self) -> str:
        """The id of the trace that the answer names, or ""."""
        return "" if self.response is None else str(self.response.get("trace") or "")

    @property
    def path(self) -> str:
        """The path, without its query."""
        return str(self.request["path"]).split("?")[0]

    @property
    def call(self) -> str:
        """Method and path."""
        return f"{self.request['method']} {self.path}"


class Exchanges:
    """All of them.  Times are in µs since the run began."""

    def __init__(self, events: Sequence[TraceEvent]) -> None:
        answers = {it["request"]: it for it in events if it.kind == "response"}
        self.all = [Exchange(it, answers.get(it.number)) for it in events if it.kind == "request"]
        self._traced = {(it.trace, it.call): it for it in reversed(self.all) if it.trace}
        self._shown = {key: it for it in reversed(self.all) for key in _wrote(it)}

    def behind(self, said: Announcement) -> Exchange | None:
        """Return the request that made this very version, if one that we know did."""
        return self._traced.get((said.trace, _call_for(said)))

    def that_wrote(self, noun: str, id: str, version: int) -> Exchange | None:
        """Return the first request whose answer says that it made this version."""
        return self._shown.get((noun, id, version))


def _call_for(said: Announcement) -> str:
    match said.event.type:
        case "ticket.created":
            return "POST /api/tickets"
        case "ticket.updated":
            return f"PUT /api/tickets/{said.id}"
        case "order.created":
            return "POST /api/orders"
        case "order.cancelled":
            return f"DELETE /api/orders/{said.id}"
        case "payment.created":
            return "POST /api/payments"
    return ""


def _wrote(exchange: Exchange) -> Iterator[tuple[str, str, int]]:
    body = exchange.body
    if not exchange.succeeded or not isinstance(body, dict) or "version" not in body:
        return
    if exchange.request["method"] in ("POST", "PUT"):
        for noun in ("ticket", "order"):
            if exchange.path.startswith(f"/api/{noun}s"):
                yield noun, str(body["id"]), int(body["version"])
