"""What a story can say, and what a fact is given: all that a learner's file may call."""

import inspect
import textwrap
from collections.abc import Iterator
from typing import Any, Final

from scenarios.actors import Buyer, Person, Seller
from scenarios.kill.challenges import Challenge
from scenarios.town import Town

Verb = dict[str, str]

WIDE: Final = 80
STARS: Final[dict[Any, str]] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}
_TOWN: Final = (
    *("seller", "buyer", "buyers", "crowd", "client", "together", "passes", "quiet"),
    *("holder", "status", "paid_cents", "letters"),
)
_END: Final = (
    ("users", "Who has signed up: documents by id."),
    ("tickets", "Tickets, as tickets has them: documents by id."),
    ("orders", "Orders, as orders has them: documents by id."),
    ("charges", "What Stripe has taken, by id: amount, metadata, outcome."),
    ("refunds", "What Stripe has given back, by id: amount, charge, metadata."),
    ("messages", "What was published, in its order: subject, data."),
    ("now_s", "What time it is, in seconds since 1970."),
    ('writes("orders.orders")', "Each write to a collection, in its order: before, after."),
    ('of_kind("charge")', "The events of a kind, in their order."),
)


def verbs(challenge: Challenge) -> list[Verb]:
    """Return what may be called in a challenge's file: of whom, how, and what it does."""
    if challenge.by == "facts":
        return [{"of": "end", "call": call, "says": says} for call, says in _END]
    people = (verb for role in (Seller, Buyer, Person) for verb in _of(role))
    return [*of_town(), *people]


def of_town() -> list[Verb]:
    """Return what a story can say to the town that it is told on."""
    return [_verb(Town, name) for name in _TOWN]


def table(challenge: Challenge) -> str:
    """Return the same as lines of text, at most 80 columns wide."""
    lines = []
    for verb in verbs(challenge):
        lines += [f"  {verb['of'].lower()}.{verb['call']}"]
        lines += textwrap.wrap(
            verb["says"], WIDE, initial_indent=" " * 6, subsequent_indent=" " * 6
        )
    return "\n".join(lines)


def _of(role: type[Any]) -> Iterator[Verb]:
    for name, does in vars(role).items():
        if not name.startswith("_") and inspect.isfunction(does):
            yield _verb(role, name)


def _verb(role: type[Any], name: str) -> Verb:
    does = getattr(role, name)
    _, *taken = inspect.signature(does).parameters.values()
    call = f"{name}({', '.join(_spelt(it) for it in taken)})"
    says = (inspect.getdoc(does) or "").splitlines()[0]
    return {"of": role.__name__, "call": call, "says": says}


def _spelt(taken: inspect.Parameter) -> str:
    name = f"{STARS.get(taken.kind, '')}{taken.name}"
    return name if taken.default is taken.empty else f"{name}={taken.default!r}"
