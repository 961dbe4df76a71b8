"""Who asked what, and what they were answered: each request with its response, and its asker."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.words import short

SIGN_IN: Final = ("/api/users/signup", "/api/users/signin", "/api/users/reset-password")
SIGN_OUT: Final = "/api/users/signout"
NOBODY: Final = ""
SESSION_S: Final = 1_800.0  # that a session lasts
# Two clocks may disagree a little without a fault, and an answer takes its time to arrive.
LATITUDE_S: Final = 5.0
_ID: Final = "[0-9a-f]{24}"


@dataclass(frozen=True)
class Exchange:
    """A request and its response; `user` is who was signed in when it was sent, or NOBODY."""

    request: TraceEvent
    response: TraceEvent
    user: str
    signed_in_us: int  # when that user had last signed in

    @cached_property
    def status(self) -> int:
        """The status that the shop answered, or 0: nothing came, or somebody else's refusal.

        What stands between people and the shop refuses in other words than the shop.
        """
        status = self.response.get("status") or 0
        body = self.response.get("body")
        return status if status < 400 or (isinstance(body, dict) and "errors" in body) else 0

    @property
    def succeeded(self) -> bool:
        """Whether it was answered with 2xx."""
        return 200 <= self.status < 300

    @property
    def body(self) -> Any:
        """What was answered."""
        return self.response.get("body")

    @property
    def asked(self) -> dict[str, Any]:
        """The body of the request, as far as it is an object."""
        body = self.request.get("body")
        return body if isinstance(body, dict) else {}

    @cached_property
    def call(self) -> str:
        """Method and path."""
        return call_of(self.request)

    @property
    def said(self) -> str:
        """What was refused and why, or the status, in words."""
        errors = self.body.get("errors") if isinstance(self.body, dict) else None
        why = f" “{errors[0]['message']}”" if errors else ""
        return f"{self.status}{why}"

    @property
    def named(self) -> str:
        """The call, with the id that it ends with made short."""
        begin, _, last = self.call.rpartition("/")
        return f"{begin}/{short(last)}" if re.fullmatch(_ID, last) else self.call

    @property
    def numbers(self) -> list[int]:
        """The numbers of both events."""
        return [self.request.number, self.response.number]

    def header(self, name: str) -> str | None:
        """Return a header of the answer, or None."""
        found: str | None = self.response.get("headers", {}).get(name)
        return found


class SignedIn:
    """Follows who is signed in, from one event to the next."""

    def __init__(self) -> None:
        self._users: dict[str, tuple[str, int]] = {}  # person → user, and since when, in µs

    def at(self, person: str) -> tuple[str, int]:
        """Return the user that a person is signed in as, and since when."""
        return self._users.get(person, (NOBODY, 0))

    def follow(self, request: TraceEvent, response: TraceEvent) -> None:
        """Take note of an answer."""
        if not 200 <= (response.get("status") or 0) < 300:
            return
        if request["method"] != "POST":  # the page to which a letter leads has the path of a reset
            return
        path = path_of(request)
        if path in SIGN_IN:
            self._users[response.host] = response["body"]["id"], response.at_us
        elif path == SIGN_OUT:
            self._users.pop(response.host, None)


def exchanges(evidence: Evidence) -> Iterable[Exchange]:
    """Return each request that was answered, or whose answer got lost, in the order of the ends."""
    return evidence.found(_exchanges)


def _exchanges(evidence: Evidence) -> Iterator[Exchange]:
    signed_in = SignedIn()
    asked: dict[int, tuple[TraceEvent, tuple[str, int]]] = {}
    for event in evidence.of_kind("request", "response"):
        if event.kind == "request":
            asked[event.number] = event, signed_in.at(event.host)
        elif event["request"] in asked:
            request, (user, since_us) = asked.pop(event["request"])
            signed_in.follow(request, event)
            yield Exchange(request, event, user, since_us)


def path_of(request: TraceEvent) -> str:
    """Return the path of a request, without its query."""
    path: str = request["path"]
    return path.partition("?")[0]


def call_of(request: TraceEvent) -> str:
    """Return method and path."""
    return f"{request['method']} {path_of(request)}"


def id_in(call: str, place: str) -> str | None:
    """Return the id in a call of that place, or None.

    >>> id_in("GET /api/orders/70dbd8814b37bb1c7f004aff", "GET /api/orders")
    '70dbd8814b37bb1c7f004aff'
    >>> id_in("GET /api/orders", "GET /api/orders"), id_in("GET /api/orders/x", "GET /api/orders")
    (None, None)
    """
    begin, _, id = call.rpartition("/")
    return id if begin == place and re.fullmatch(_ID, id) else None


def skew_s(evidence: Evidence) -> float:
    """Return by how many seconds a clock of a run was off, at most."""
    return max((abs(event["by_s"]) for event in evidence.of_kind("skew")), default=0.0)


def clock_slack_s(evidence: Evidence) -> float:
    """Return by how many seconds two clocks of a run may have differed."""
    return LATITUDE_S + 2.0 * skew_s(evidence)
