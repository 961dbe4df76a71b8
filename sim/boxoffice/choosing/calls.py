"""What can befall the calls that are about to be made: the next one of each host."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from boxoffice.choosing.addressed import method_of, of_call
from boxoffice.choosing.heard import Called, Played
from boxoffice.choosing.option import ABOUT_TO, Amount, Option, by_value
from boxoffice.faults import crashes, lost_requests, lost_responses
from boxoffice.faults.schedule import Fault

# What is asked again and again, in case there is something: nobody waits for it.
_LOOKS: Final = frozenset((
    "aggregate", "consumer.info", "count_documents", "exists", "fetch", "find", "find_one", "get",
    "ping", "stream.info", "zcard", "zrange", "zrangebyscore", "zscore",
))  # fmt: skip
_UNANSWERED: Final = ("ack", "nak", "term", "in_progress")  # sent one way
MOST: Final = 6


def call_options(run: Played, number: int, until: int) -> Iterator[Option]:
    """Yield what can befall the next calls after an event, up to another one."""
    for called in next_calls(run, number, until)[:MOST]:
        yield _goes_wrong(run, called)


def next_calls(run: Played, number: int, until: int) -> list[Called]:
    """Return of each host the first call after an event, if it is made up to another one."""
    found = dict[str, Called]()
    for called in run.occasions.calls:
        if number < called.number <= until and _matters(called):
            found.setdefault(called.call.source, called)
    return list(found.values())


def _matters(called: Called) -> bool:
    return called.cause is not None or called.call.verb not in _LOOKS


def _goes_wrong(run: Played, called: Called) -> Option:
    call, host = called.call, called.call.source
    method = method_of(call).removeprefix(f"{call.kind}.")
    about = f"{method} of {host} → {call.target}"
    asks = "message" if call.verb in _UNANSWERED else "request"
    lost = {asks: f"the {asks} is lost"}
    if asks == "request":
        lost["answer"] = "its answer is lost: it is done, and nobody knows"
    if host in run.occasions.services:
        lost |= {
            "before": f"{host} dies just before",
            "after": f"{host} dies just after: it is done, and forgotten",
        }
    amounts = by_value(*(Amount(key, it, f"{about}: {it}") for key, it in lost.items()))

    def faults(amount: str) -> Sequence[Fault]:
        return [_fault(run, called, amount)]

    place = run.occasions.calls.index(called)
    says = f"{about} goes wrong"
    return Option(f"call:{place}", ABOUT_TO, about, "goes wrong", says, faults, amounts)


def _fault(run: Played, called: Called, amount: str) -> Fault:
    if amount in ("before", "after"):
        return of_call(partial(crashes, called.call.source), run, called, amount)
    lose = lost_responses if amount == "answer" else lost_requests
    return of_call(lose, run, called)
