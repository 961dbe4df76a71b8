"""A service that is told to end ends in good order, and by itself."""

from fastapi import FastAPI

from boxoffice import System, faults


class Desk:
    """It writes down what it is asked to, and that it ends."""

    def __init__(self, drivers):
        self.letters = drivers.mongo["desk"]["letters"]
        self.app = self.door = FastAPI()
        self.app.put("/letters/{letter}")(self.takes)

    async def takes(self, letter: str):
        await self.letters.insert_one({"_id": letter})

    async def start(self):
        """Be there at once."""

    def drain(self):
        """Have nothing under way."""

    async def finish(self):
        await self.letters.insert_one({"_id": "the end"})


async def a_day(world):
    await world.client("Ann").put("/letters/one")
    await world.passes(10.0)


def test_what_a_service_finishes_goes_back_to_no_request_that_has_cost_its_life():
    system = System("post")
    system.service("desk", Desk, mongo="books", route="/")
    leaves = faults.departures("desk", after="mongo.insert_one", nth=[1])
    trace = system.run(system.story()(a_day), faults=[leaves]).trace
    asked, leave = next(trace.of_kind("request")), next(trace.of_kind("leave"))
    last = next(it for it in trace.of_kind("write") if it["id"] == "the end")
    assert leave.cause == asked.number
    assert last.number > leave.number
    assert last.cause is None
