"""Where an object is in memory differs in each run, and is in nothing that a run is told by."""

from fastapi import FastAPI

from boxoffice import System


class Shelf:
    """As Python shows it: `<… Shelf object at 0x7f…>`."""


def library(drivers):
    app = FastAPI()

    @app.put("/books")
    async def stores():
        drivers.log.warning("full", shelf=str(Shelf()))
        raise LookupError(f"no place on {Shelf()}")

    return app


def opened():
    """Return a library, and a story in which a shelf is full, which nobody had thought of."""
    system = System("library")
    system.service("library", library, mongo="mongo", route="/")

    @system.finally_("no shelf is full")
    def never_full(end):
        assert not end.of_kind("raised"), f"{Shelf()} is full"

    @system.story
    async def fills(world):
        await world.client("Ann").put("/books")
        assert not Shelf(), f"{Shelf()} is there"

    return system, fills


def test_two_runs_are_told_in_the_same_words():
    (library, fills), kept, told = opened(), [], []
    for _ in range(2):
        kept.append([Shelf() for _ in range(100)])  # so that the next ones lie elsewhere
        outcome = library.run(fills, seed=1)
        told.append((outcome.trace.sha256(), outcome.violations, outcome.unhandled))
    assert told[0] == told[1]
    (raised,) = outcome.trace.of_kind("raised")
    assert raised["error"].endswith("Shelf object>')")
    assert [it.invariant for it in outcome.violations] == ["never-full", "story"]
    assert len(list(outcome.trace.of_kind("log"))) == 1
