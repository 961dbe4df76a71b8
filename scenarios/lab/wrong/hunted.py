"""Notebook 11."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

from scenarios.lab.wrong.answers import WrongAnswer

Falls = Callable[[list[str]], bool]
Runs = Sequence[Mapping[str, str]]


def goes_through_once(things: list[str], falls: Falls) -> list[str]:
    kept = list(things)
    for thing in things:
        rest = [it for it in kept if it != thing]
        if falls(rest):
            kept = rest
    return kept


def leaves_out_each_from_the_whole(things: list[str], falls: Falls) -> list[str]:
    return [it for it in things if not falls([other for other in things if other != it])]


def halves_while_it_falls(things: list[str], falls: Falls) -> list[str]:
    kept = list(things)
    while len(kept) > 1:
        half = kept[: len(kept) // 2]
        rest = kept[len(kept) // 2 :]
        if falls(half):
            kept = half
        elif falls(rest):
            kept = rest
        else:
            break
    return kept


def tries_all_subsets(things: list[str], falls: Falls) -> list[str]:
    for size in range(1, len(things) + 1):
        for kept in combinations(things, size):
            if falls(list(kept)):
                return list(kept)
    return things


def forgets_the_order(things: list[str], falls: Falls) -> list[str]:
    kept, before = set(things), set[str]()
    while kept != before:
        before = set(kept)
        for thing in sorted(before):
            if falls(sorted(kept - {thing})):
                kept -= {thing}
    return sorted(kept)


def takes_no_fall_for_a_test(runs: Runs, names: Sequence[str]) -> list[str]:
    return [it for it in names if all(run.get(it) != "violated" for run in runs)]


def asks_for_vacuous_alone(runs: Runs, names: Sequence[str]) -> list[str]:
    return [it for it in names if all(run.get(it) == "vacuous" for run in runs)]


def one_silence_is_enough(runs: Runs, names: Sequence[str]) -> list[str]:
    return [it for it in names if any(run.get(it) not in ("holds", "violated") for run in runs)]


def takes_undecided_for_a_test(runs: Runs, names: Sequence[str]) -> list[str]:
    seen = {it for run in runs for it, verdict in run.items() if verdict != "vacuous"}
    return [it for it in names if it not in seen]


def looks_at_the_last_run(runs: Runs, names: Sequence[str]) -> list[str]:
    last = runs[-1] if runs else {}
    return [it for it in names if last.get(it) not in ("holds", "violated")]


WRONG = (
    WrongAnswer(
        "shrink",
        "what could not be left out once never can be",
        goes_through_once,
        "one-minimal",
        "return kept",
    ),
    WrongAnswer(
        "shrink",
        "what is of no use by itself is of no use at all",
        leaves_out_each_from_the_whole,
        "one-minimal",
        "return [",
    ),
    WrongAnswer(
        "shrink",
        "halve it, as one looks for a word in a dictionary",
        halves_while_it_falls,
        "one-minimal",
        "return kept",
    ),
    WrongAnswer(
        "shrink",
        "try all, and take the smallest",
        tries_all_subsets,
        "few-questions",
        "return list(kept)",
    ),
    WrongAnswer(
        "shrink",
        "what counts is which, not in which order",
        forgets_the_order,
        "as-they-were",
        "return sorted",
    ),
    WrongAnswer(
        "unreached",
        "what never fell was never tested",
        takes_no_fall_for_a_test,
        "nothing-invented",
        "return [",
    ),
    WrongAnswer(
        "unreached",
        "undecided is a verdict",
        takes_undecided_for_a_test,
        "nothing-overlooked",
        "return [",
    ),
    WrongAnswer(
        "unreached",
        "only vacuous means vacuous",
        asks_for_vacuous_alone,
        "nothing-overlooked",
        "return [",
    ),
    WrongAnswer(
        "unreached",
        "a run that says nothing is one too many",
        one_silence_is_enough,
        "nothing-overlooked",
        "return [",
    ),
    WrongAnswer(
        "unreached",
        "the last run is the one that counts",
        looks_at_the_last_run,
        "nothing-invented",
        "return [",
    ),
)
