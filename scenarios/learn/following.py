"""A follower: it hears of each change of a seat, in any order and twice, and must end up right."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice import End
from boxoffice.trace import Kind
from boxoffice.world import Breach, Finding, Invariant
from scenarios.learn.history import History, Said, history_of

CHANGED: Final = "seat"


def _agrees(end: End) -> Finding:
    history = history_of(end)
    breaches = [
        breach
        for seat in dict.fromkeys(history.orders.values())
        for breach in _followed(history, seat)
    ]
    return Finding(bool(history.orders), breaches)


def _followed(history: History, seat: Any) -> Iterator[Breach]:
    """Follow one seat by the version rule: the next version is applied, and none is left out."""
    versions: dict[int, Said] = {}
    for it in history.says(CHANGED):
        version = it.data.get("version")
        if it.seat != seat:
            continue
        if type(version) is not int or version < 1:
            said = f"a change of {seat} has version {version!r}; the first is 1"
            return (yield Breach(said, (it.number,), for_good=True))
        first = versions.setdefault(version, it)
        if first.order != it.order:
            said = f"version {version} of {seat} says {first.order}, and then {it.order}"
            return (yield Breach(said, (first.number, it.number), for_good=True))
    yield from _gaps(history, seat, versions)


def _gaps(history: History, seat: Any, versions: dict[int, Said]) -> Iterator[Breach]:
    applied = 0
    while applied + 1 in versions:
        applied += 1
    later = [it for version, it in versions.items() if version > applied]
    if later:
        said = f"version {applied + 1} of {seat} was never told, so its follower waits for ever"
        return (yield Breach(said, [it.number for it in later]))
    told, follows = history.holder(seat), versions[applied].order if applied else None
    if told and told.order != follows:
        said = f"{told.order or 'nobody'} has {seat}, and its follower has {follows or 'nobody'}"
        yield Breach(said, (told.number,))
    known = {it.order for it in versions.values()}
    for sold in history.says("sold"):
        if sold.seat == seat and sold.order not in known:
            said = f"{sold.order} was sold {seat}, and no version says so"
            return (yield Breach(said, (sold.number,)))


AGREES: Final = Invariant(
    "follower-agrees", Kind.FINALLY, "who follows each version knows who has a seat", _agrees
)
