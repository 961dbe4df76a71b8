"""Notebook 12: your own service.  What it does, and what has to be so in the end."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from boxoffice import Deed, End, Outcome, Scenario, Storm, Twin, Verdict, faults, run
from boxoffice.clock import Random, Randomness
from boxoffice.trace import Judgement, Kind, Trace, Violation, overall
from boxoffice.world import Breach, Finding, Invariant
from scenarios.lab import club
from scenarios.lab.exercise import Puzzle
from scenarios.lab.exercises.shapes import none, nothing
from scenarios.lab.record import says

ADD: Final = "scenarios.lab.club:add"
PEOPLE: Final = ("Ann", "Bob", "Cleo")


def _drawn(chance: Random, size: int) -> Storm:
    bought: Counter[str] = Counter()
    deeds = []
    for _ in range(chance.randint(2, size)):
        who = chance.choice(PEOPLE)
        bought[who] += 1
        what = {"number": f"{who[0].lower()}-{bought[who]}", "points": chance.randint(1, 50)}
        deeds.append(Deed(who, "buys", what, after_s=chance.choice((0.0, 0.0, 0.1, 2.0))))
    weather = [
        faults.duplicates(share=0.4, within_s=0.3),
        faults.lost_requests(of="update_one", at="club-db", share=0.1),
        faults.lost_responses(of="update_one", at="club-db", share=0.2),
        faults.lost_responses(of="publish", at="nats", share=0.1),
        faults.crashes("club", after="mongo.update_one", share=0.1),
    ]
    return Storm(deeds, weather)


# --- what is so -------------------------------------------------------------------------------


def _wrong_cards(end: End) -> Iterator[Breach]:
    paid: Counter[str] = Counter()
    for sale in end.documents("till.sales").values():
        paid[sale["who"]] += sale["points"]
    cards = end.documents("club.cards")
    for who in sorted({*paid, *cards}):
        got = cards.get(who, {}).get("points", 0)
        if got != paid[who]:
            writes = [
                it.number
                for it in end.of_kind("write")
                if who in (it["id"], (it["after"] or {}).get("who"))
            ]
            said = f"{who} has {got} points, and has paid for {paid[who]}"
            done = [it.number for it in end.of_kind("acked")]  # and with what came of it
            yield Breach(said, sorted({*writes[-2:], *(done[-1:] if len(writes) < 2 else ())}))


points_as_paid: Final = Invariant(
    "points-as-paid",
    Kind.FINALLY,
    "each card has the points of its sales, each once",
    lambda end: Finding(True, list(_wrong_cards(end))),
)
at_rest: Final = says("at-rest", "each message is done with in the end")


@cache
def _story(*checks: Invariant) -> Scenario:
    system = club.opened()
    return system.story(draw=_drawn, checks=checks, size=5)(club.played)


def _played(
    add: Callable[..., Any], seed: int, begin: Callable[[Trace], None], *checks: Invariant
) -> Outcome:
    twin = Twin("yours", "yours", points_as_paid.name, ADD, add)
    return run(_story(*checks), seed, bug=twin, begun=lambda world: begin(world.trace))


# --- points -----------------------------------------------------------------------------------


def _play_points(add: Callable[..., Any], seed: int, begin: Callable[[Trace], None]) -> Outcome:
    outcome = _played(add, seed, begin, points_as_paid)
    return _with(outcome, [*_judged(outcome, points_as_paid), _at_rest(outcome)])


def _judged(outcome: Outcome, invariant: Invariant) -> Iterator[Judgement]:
    for it in outcome.judgements:
        if it.invariant == invariant.name and it.verdict is Verdict.VIOLATED:
            yield it


def _at_rest(outcome: Outcome) -> Judgement:
    undone = [it for it in outcome.judgements if it.verdict in (Verdict.UNDECIDED, Verdict.ERROR)]
    if not undone:
        return Judgement(at_rest.name, Kind.FINALLY, Verdict.HOLDS)
    said = "the system never came to rest: something is tried again and again"
    breach = Violation(at_rest.name, said)
    return Judgement(at_rest.name, Kind.FINALLY, Verdict.VIOLATED, [breach])


def _with(outcome: Outcome, judgements: list[Judgement]) -> Outcome:
    return replace(outcome, judgements=judgements, verdict=overall(judgements))


# --- fair -------------------------------------------------------------------------------------


async def _sound(cards: Any, sale: Any) -> None:
    new = {"_id": sale["who"], "sales": {"$ne": sale["number"]}}
    change = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
    with suppress(DuplicateKeyError):
        await cards.update_one(new, change, upsert=True)


async def _again_and_again(cards: Any, sale: Any) -> None:
    more = {"$inc": {"points": sale["points"]}, "$push": {"sales": sale["number"]}}
    await cards.update_one({"_id": sale["who"]}, more, upsert=True)


async def _the_last_one_alone(cards: Any, sale: Any) -> None:
    points = {"points": sale["points"], "sales": [sale["number"]]}
    await cards.update_one({"_id": sale["who"]}, {"$set": points}, upsert=True)


async def _nothing_small(cards: Any, sale: Any) -> None:
    if sale["points"] >= 20:
        await _sound(cards, sale)


async def _somebody_elses(cards: Any, sale: Any) -> None:
    await _sound(cards, sale | {"who": "Bob" if sale["points"] % 2 else sale["who"]})


async def _one_too_many(cards: Any, sale: Any) -> None:
    await _sound(cards, sale | {"points": sale["points"] + 1})


async def _nobodys(cards: Any, sale: Any) -> None:
    await _sound(cards, sale)
    await _sound(cards, sale | {"who": "Dora"})


ADDS: Final = (
    *(_sound, _sound, _sound, _again_and_again, _the_last_one_alone, _nothing_small),
    *(_somebody_elses, _one_too_many, _nobodys),
)
notices = says("notices", "where points are not as they were paid for, it says so")
accuses_nobody = says("accuses-nobody", "where all is as it should be, it says nothing")


def _play_fair(fair: Callable[..., Any], seed: int, begin: Callable[[Trace], None]) -> Outcome:
    said: list[str] = []

    def listen(end: End) -> Finding:
        if end.restless:  # it is not the end yet
            return Finding(True)
        try:  # what it does to a document is seen by no other judge
            fair(replace(end, collections=deepcopy(end.collections)))
        except AssertionError as failure:
            said.append(str(failure))
        except RuntimeError:  # which is told of in its own words
            pass
        return Finding(True)

    # Not kept: who listens in this run is nobody in the next.
    system = club.opened()
    checks = (points_as_paid, Invariant("yours", Kind.FINALLY, "what you say", listen))
    story = system.story(draw=_drawn, checks=checks, size=5)(club.played)
    add = Randomness(seed).stream("add").choice(ADDS)
    twin = Twin("drawn", "drawn", points_as_paid.name, ADD, add)
    outcome = run(story, seed, bug=twin, begun=lambda world: begin(world.trace))
    wrong = [breach for it in _judged(outcome, points_as_paid) for breach in it.violations]
    written = [it.number for it in outcome.trace.of_kind("write")]
    return _with(outcome, [_noticed(wrong, said), _accused(wrong, said, written[-2:])])


def _noticed(wrong: list[Violation], said: list[str]) -> Judgement:
    if not wrong or any(said):
        return Judgement(notices.name, Kind.FINALLY, Verdict.HOLDS)
    how = "so without a sentence" if said else "nothing"
    breach = Violation(notices.name, f"{wrong[0].message}, and you say {how}", wrong[0].events)
    return Judgement(notices.name, Kind.FINALLY, Verdict.VIOLATED, [breach])


def _accused(wrong: list[Violation], said: list[str], proof: list[int]) -> Judgement:
    if wrong or not said:
        return Judgement(accuses_nobody.name, Kind.FINALLY, Verdict.HOLDS)
    breach = Violation(
        accuses_nobody.name,
        f"all is as it should be, and you say: {said[0] or 'something is not so'}",
        proof,
    )
    return Judgement(accuses_nobody.name, Kind.FINALLY, Verdict.VIOLATED, [breach])


def _fair(end: End) -> None:
    """Raise AssertionError where the end of a run is not as it should be."""


points = Puzzle(
    name="points",
    notebook=12,
    task=(
        "A sale was made: put its points on the card. The message may come again.\n"
        "Write `async add(cards, sale)`: `cards` is a collection of MongoDB, with a document for "
        "each person, whose `_id` is the name and whose `points` are what counts; `sale` has "
        '"number", "who" and "points". A message comes again where it was acknowledged too late, '
        "where an answer was lost, and where the process died; each sale is to be counted once. "
        "In one write: what is remembered in another one may be remembered and not done, or done "
        "and not remembered. `from pymongo.errors import DuplicateKeyError` is what MongoDB "
        "raises where an `_id` is there already."
    ),
    shape=club.add,
    play=_play_points,
    checks=(points_as_paid, at_rest),
    reasons={
        "points-as-paid": (
            "A sale was counted twice, or not at all. Ask whether it was counted in the very "
            'write that counts it: a condition such as `"sales": {"$ne": number}`, and a `$push` '
            "of the number beside the `$inc`. `upsert=True` makes the first card, and where the "
            "card is there and has the sale, it says DuplicateKeyError: then it is done."
        ),
        "at-rest": "What `add` raises has the message come again, and so again and again.",
    },
    returns=nothing,
    gives="nothing",
)

fair = Puzzle(
    name="fair",
    notebook=12,
    task=(
        "When all is over: is everything as it should be?\n"
        "Write `fair(end)`, an invariant of your own, as a function that asserts: what is not so "
        'raises AssertionError, with a sentence. `end.documents("till.sales")` are the sales by '
        'their number, each with "who" and "points"; `end.documents("club.cards")` the cards by '
        'the name, each with "points". The grader plays the club, sound and broken in several '
        "ways; you are to speak up wherever a card is not worth what was paid for, and to say "
        "nothing of a club that does well. There may be cards without sales, and sales without a "
        "card."
    ),
    shape=_fair,
    play=_play_fair,
    checks=(notices, accuses_nobody),
    reasons={
        "notices": (
            "Somebody's card is not worth what was paid for, and your function found nothing "
            "wrong. Compare each person's points with the sum over their sales: of those who have "
            "no card as well, and of those who have one and never bought anything."
        ),
        "notices: without a sentence": (
            "You were right, and whoever reads it does not learn what is wrong: say it behind the "
            'comma, `assert …, f"…"`.'
        ),
        "accuses-nobody": (
            "All was as it should be, and your function spoke up. Who has no sale may have no "
            "card, and somebody may have several sales."
        ),
    },
    returns=none,
    gives="nothing, and `assert` what has to be so,",
    may_raise=(AssertionError,),
)

EXERCISES = (points, fair)
