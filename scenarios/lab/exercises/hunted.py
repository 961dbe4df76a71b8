"""Notebook 11: hunting by seed.  Making small what fell, and saying what nobody looked at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from boxoffice import Outcome
from boxoffice.clock import Random, Randomness
from boxoffice.trace import Trace, TraceEvent
from boxoffice.world import Breach, Invariant
from scenarios.lab.exercise import Puzzle
from scenarios.lab.record import YOU, Found, Record, says

RUN: Final = "run"
DEEDS: Final = ("orders", "cancels", "pays", "looks")
PEOPLE: Final = ("Ana", "Ben", "Cid", "Dora")
SHARE: Final = 0.3  # of the runs that have each of the following
TOLD: Final = 400  # questions at most that are told of; whoever asks more has asked too many

still_falls = says("still-falls", "what is left still falls")
one_minimal = says("one-minimal", "of what is left nothing can be left out alone")
as_they_were = says("as-they-were", "what is left stands in its order, each thing once")
few_questions = says("few-questions", "so many things are made small by n·n + n questions")


class Hidden:
    """What makes a run fall, which nobody who makes it small knows beforehand."""

    def __init__(self, chance: Random) -> None:
        count = chance.randint(4, 14)
        every = [f"{who} {does} {seat}" for who in PEOPLE for does in DEEDS for seat in "AB"]
        self.things = chance.sample(every, count)
        self.needed = [set(chance.sample(self.things, chance.randint(1, min(3, count))))]
        if chance.random() < SHARE:  # there is a second way to fall
            self.needed.append(set(chance.sample(self.things, min(2, count))))
        self.mends = self.undoes = ""
        rest = [it for it in self.things if not any(it in needed for needed in self.needed)]
        if len(rest) > 1 and chance.random() < 2 * SHARE:
            # One thing would keep it from falling, were there not another one, which comes first.
            self.undoes, self.mends = sorted(chance.sample(rest, 2), key=self.things.index)

    def falls(self, kept: Sequence[Any]) -> bool:
        """Tell whether a run with these things falls."""
        left = set(kept)
        if self.mends in left and self.undoes not in left:
            return False
        return any(needed <= left for needed in self.needed)


def _play_shrink(shrink: Callable[..., Any], seed: int, begin: Callable[[Trace], None]) -> Outcome:
    record, hidden = Record(), Hidden(Randomness(seed).stream("things"))
    begin(record.trace)
    asked: list[TraceEvent] = []

    def falls(kept: Any) -> bool:
        """Play a run with these things, and tell whether it falls."""
        left, fell = list(kept), hidden.falls(list(kept))
        if len(asked) < TOLD:
            said = f"plays {', '.join(map(str, left)) or 'nothing'}: {'falls' if fell else 'holds'}"
            asked.append(record.note(RUN, said))
        else:
            asked.append(asked[-1])
        return fell

    record.note(YOU, f"begins with {len(hidden.things)} things")
    try:
        kept = list(shrink(list(hidden.things), falls))
    except RuntimeError:  # which is told of in its own words
        kept = hidden.things
    last = record.note(YOU, f"keeps {', '.join(map(str, kept)) or 'nothing'}")
    return record.outcome(
        seed, "Something fell.", shrinking.checks, _unshrunk(hidden, kept, asked, last)
    )


def _unshrunk(
    hidden: Hidden, kept: list[Any], asked: list[TraceEvent], last: TraceEvent
) -> Iterator[tuple[Invariant, Breach]]:
    proof = [*(it.number for it in asked[-1:]), last.number]
    in_order = [it for it in hidden.things if it in kept]
    if kept != in_order:
        yield as_they_were, Breach("what is kept is not what there was, in its order", proof)
    elif not hidden.falls(kept):
        yield still_falls, Breach(f"{_told(kept)} holds, and is kept as if it fell", proof)
    else:
        for thing in kept:
            rest = [it for it in kept if it != thing]
            if hidden.falls(rest):
                said = f"{_told(kept)} is kept, and without “{thing}” it falls as well"
                yield one_minimal, Breach(said, proof)
                break
    if len(asked) > (most := len(hidden.things) * (len(hidden.things) + 1)):
        said = f"{len(asked)} questions were asked about {len(hidden.things)} things, not {most}"
        yield few_questions, Breach(said, proof)


def _told(kept: Sequence[Any]) -> str:
    return ", ".join(f"“{it}”" for it in kept) or "nothing"


def _shrink(things: list[Any], falls: Callable[[list[Any]], bool]) -> list[Any]:
    """Return as few of the things as still make a run fall."""
    raise NotImplementedError


shrinking = Puzzle(
    name="shrink",
    notebook=11,
    task=(
        "A run with all these things falls: which of them does it take?\n"
        "Write `shrink(things, falls)`: `things` is a list of what people did, and `falls(kept)` "
        "plays a run with the things in the list `kept` alone, and tells whether it falls: True "
        "or False. With all of them it does. Return a list of those that are left when nothing "
        "more can be left out: it still falls, it holds whichever one of them is left out, and "
        "they stand in their order. Of n things you may ask n·n + n times, since a run takes its "
        "time. There may be several ways to fall, and a thing that could not be left out at first "
        "may be of no use later: what it was there for is gone."
    ),
    shape=_shrink,
    play=_play_shrink,
    checks=(still_falls, one_minimal, as_they_were, few_questions),
    reasons={
        "still-falls": (
            "What you return has to fall: leave something out only if what is left falls without "
            "it, together with all that was left out before."
        ),
        "one-minimal": (
            "Something more could be left out. Try each thing that is left, alone; and when "
            "something has gone, try the others again: what they were needed for may be gone too."
        ),
        "as-they-were": "Return some of the things, in their order, each once, and nothing else.",
        "few-questions": (
            "Try one thing at a time. All subsets of n things are two to the power of n, and a "
            "run takes its time."
        ),
    },
    is_told=True,
    returns=lambda it: isinstance(it, list),
    gives="a list of things",
)


# --- what no run has looked at ----------------------------------------------------------------

NAMES: Final = (
    *("no-double-sale", "charged-once", "money-conserved", "orders-settle", "holder-releases"),
    *("replicas-converge", "terminal-is-final", "no-lost-update"),
)
TESTED: Final = ("holds", "violated")
VERDICTS: Final = (*TESTED, "undecided", "vacuous")
not_overlooked = says("nothing-overlooked", "what no run has put to the test is named")
not_invented = says("nothing-invented", "what a run has put to the test is not named")
in_order = says("in-order", "what is named stands in the order of the names, each once")


def _drawn(chance: Random) -> tuple[list[dict[str, str]], list[str]]:
    names = chance.sample(NAMES, chance.randint(2, 5))
    shy = chance.sample(names, chance.randint(0, 2))  # of which no run can say anything
    runs = []
    for _ in range(chance.randint(0, 4)):
        judged = [it for it in names if chance.random() < 0.8]
        runs.append({it: chance.choice(VERDICTS[2:] if it in shy else VERDICTS) for it in judged})
    return runs, names


def _play_unreached(
    unreached: Callable[..., Any], seed: int, begin: Callable[[Trace], None]
) -> Outcome:
    record = Record()
    begin(record.trace)
    runs, names = _drawn(Randomness(seed).stream("runs"))
    asked = record.note(YOU, f"is asked about {', '.join(names)}")
    told = {number: record.note(RUN, _verdicts(number, it)) for number, it in enumerate(runs)}
    try:
        said = list(unreached([dict(it) for it in runs], list(names)))
    except RuntimeError:  # which is told of in its own words
        said = []
    last = record.note(YOU, f"never tested: {', '.join(map(str, said)) or 'nothing'}")
    found = _misjudged(runs, names, said, told, (asked, last))
    return record.outcome(seed, "Some runs were played.", coverage.checks, found)


def _verdicts(number: int, run: Mapping[str, str]) -> str:
    judged = ", ".join(f"{name} {verdict}" for name, verdict in run.items())
    return f"no. {number + 1} says {judged or 'nothing'}"


def _misjudged(
    runs: Sequence[Mapping[str, str]],
    names: Sequence[str],
    said: Sequence[Any],
    told: Mapping[int, TraceEvent],
    ends: tuple[TraceEvent, TraceEvent],
) -> Found:
    asked, last = ends
    for name in names:
        tests = [number for number, it in enumerate(runs) if it.get(name) in TESTED]
        if not tests and name not in said:
            proof = [[asked, *told.values()][-1].number, last.number]
            yield not_overlooked, Breach(f"no run has put {name} to the test", proof)
        if tests and name in said:
            number = tests[0]
            verdict = f"run no. {number + 1} says that {name} {_is(runs[number][name])}"
            yield not_invented, Breach(verdict, [told[number].number, last.number])
    for other in said:
        if other not in names:
            yield not_invented, Breach(f"nobody asked about {other}", [asked.number, last.number])
    if list(said) != (wanted := [name for name in names if name in said]):
        order = f"in the order of the names it is {', '.join(wanted)}"
        yield in_order, Breach(order, [asked.number, last.number])


def _is(verdict: str) -> str:
    return verdict if verdict == "holds" else f"is {verdict}"


def _unreached(runs: list[dict[str, str]], names: list[str]) -> list[str]:
    """Return which of the names no run has put to the test."""
    raise NotImplementedError


coverage = Puzzle(
    name="unreached",
    notebook=11,
    task=(
        "So many runs, and nothing fell: of what do they say nothing?\n"
        "Write `unreached(runs, names)`: each run is a dict from the name of an invariant to what "
        'the run says of it: "holds" or "violated" if it was put to the test, "undecided" or '
        '"vacuous" if nothing can be said. A run need not speak of all of them. Return a list of '
        "those of the names that no run has put to the test, in their order, each once."
    ),
    shape=_unreached,
    play=_play_unreached,
    checks=(not_overlooked, not_invented, in_order),
    reasons={
        "nothing-overlooked": (
            "No run says that it holds or is violated, and you say nothing of it. What is "
            "undecided or vacuous, and what no run speaks of, was not put to the test; nor is "
            "anything, where there is no run."
        ),
        "nothing-invented": (
            "A run has put it to the test, and you say that none has. One run that says holds or "
            "violated is enough, whatever the others say."
        ),
        "in-order": "Go through `names`, from the first to the last, and keep some of them.",
    },
    is_told=True,
    returns=lambda it: isinstance(it, list),
    gives="a list of names",
)

EXERCISES = (coverage, shrinking)
