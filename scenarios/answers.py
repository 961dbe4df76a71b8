"""What people make of the shop's answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx


class Surprise(AssertionError):
    """The shop answered what it never should."""


class GaveUp(Surprise):
    """The shop did not answer, however long somebody went on asking."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The shop said no, and why."""

    status: int
    message: str

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment, with the status that it had when last looked at."""

    id: str
    status: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket, as whoever listed it knows it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A ticket as a tab of a browser shows it; `seen` is the ETag of that version."""

    ticket: Ticket
    title: str
    price: str
    seen: str


def payment(answer: "httpx.Response") -> Payment:
    """Return the payment that an answer is about."""
    return Payment(answer.json()["id"], answer.json()["status"])


def refusal(answer: "httpx.Response") -> Refusal:
    """Return why something was refused."""
    return Refusal(answer.status_code, answer.json()["errors"][0]["message"])


def said(answer: "httpx.Response", status: int) -> Any:
    """Return what an answer of this status says.  Raises: Surprise, for another status."""
    if answer.status_code != status:
        request = answer.request
        raise Surprise(f"{request.method} {request.url.path}: {answer.status_code} {answer.text}")
    return answer.json()


def next_page(answer: "httpx.Response", walked: set[str]) -> str:
    """Return where the next page of a list is, or "" after the last; note it among the walked.

    Raises: Surprise, for one that comes again: whoever leafs through would never come to an end.
    """
    path = str(answer.links.get("next", {}).get("url", ""))
    if path in walked:
        raise Surprise(f"a list has no last page: {path} comes again")
    if path:
        walked.add(path)
    return path
