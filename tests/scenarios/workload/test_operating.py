"""An operator who replays what was put aside: it is applied, and the letters are gone."""

from pytest import fixture, mark

from boxoffice import Deed, Storm, run
from boxoffice.clock import Random
from scenarios import aimed
from scenarios.aimed import INVALID_S, INVALIDATED, invalidated
from scenarios.scenario import scenario
from scenarios.shop.checks import parking
from scenarios.workload.playing import play
from services.common import failures
from services.common.letters import LETTER, Post

DEEDS = [
    Deed("Sue", "lists", {"seat": "A", "price": "20.00"}),
    Deed("Ana", "orders", {"seat": "A"}, 1.0),
    Deed("Sue", "stays", after_s=INVALID_S),
]
REPLAYS = [Deed("Olga", "replays", after_s=INVALID_S + 40.0), Deed("Olga", "replays", after_s=1.0)]


def refused(what, also):
    """Return the faults by which a service cannot store something, and these beside it."""
    drawn = (invalidated(Random(seed)) for seed in range(1_000))
    named = ((found, [it.name for it in found[1:]]) for found in drawn)
    return next(it for it, beside in named if what == it[0].when.of and also == beside)


def told(faults, deeds):
    @scenario(draw=lambda chance, size: Storm(deeds, faults, {}))
    async def an_operators_day(town):
        """A storm of these deeds."""
        await play(town)

    return run(an_operators_day)


def parked(outcome):
    return [it for it in outcome.trace.of_kind("log") if it["what"] == "parked"]


def replayed(outcome):
    stored = outcome.trace.of_kind("stored")
    return [it for it in stored if it["subject"].startswith("replay.")]


@mark.parametrize("of", sorted({of for _, of, _ in INVALIDATED}))
@mark.parametrize("also", [[], ["stored-twice"], ["lost-requests"]], ids=str)
def test_what_was_put_aside_is_applied_once_it_is_replayed(of, also):
    outcome = told(refused(of, also), DEEDS + REPLAYS)
    assert parked(outcome)
    assert replayed(outcome)
    assert not outcome.violations


@mark.parametrize("of", sorted({of for _, of, _ in INVALIDATED}))
def test_where_nobody_has_replayed_a_letter_nothing_is_stuck(of):
    outcome = told(refused(of, []), DEEDS)
    assert parked(outcome)
    assert "nothing-stuck" not in {it.invariant for it in outcome.violations}


@fixture
def unsettled(monkeypatch):
    async def settle(self, message):
        """Leave the letter where it is."""

    monkeypatch.setattr(Post, "settle", settle)


def test_a_letter_that_is_never_settled_is_seen(unsettled):
    outcome = told(refused("tickets.update_one", []), DEEDS + REPLAYS)
    [found] = outcome.violations
    assert "was parked among the dead letters" in found.message


def test_what_storms_and_checks_know_of_parking_is_what_services_do():
    assert aimed.PARKED_S == parking.LONG_S == failures.PARK_AFTER_S < aimed.INVALID_S
    assert parking.OFTEN == failures.PARK_AFTER
    assert aimed.A_REPLAYS.startswith(f"{LETTER}: ")
