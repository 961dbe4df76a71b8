"""The end of a run is judged when no call of a service is under way any more."""

from contextlib import suppress

from fastapi import FastAPI
from pytest import mark

from boxoffice import System, faults, run

SLOW = faults.slow_calls(by_s=0.3, of="insert_one")


def shop(drivers):
    app = FastAPI()

    @app.post("/visits/{name}")
    async def visit(name: str):
        await drivers.mongo["shop"]["visits"].insert_one({"_id": name})
        await drivers.nats.publish("visits", name.encode())

    return app


async def counter(drivers):
    inbox = await drivers.nats.subscribe("visits")
    async for message in inbox.messages:
        await drivers.mongo["audit"]["visits"].insert_one({"_id": message.data.decode()})


async def puller(drivers):
    """Wait at a queue in Redis, where nothing ever comes."""
    while True:
        with suppress(TimeoutError):
            await drivers.redis.blpop("nothing", timeout=0)


def visits(*workers):
    system = System("visits")
    system.service("shop", shop, mongo="mongo", nats="nats", route="/")
    for worker in workers:
        system.service(worker.__name__, worker, mongo="mongo", nats="nats", redis="redis")

    @system.finally_("each visit is counted")
    def each(end):
        missing = end.ids("shop.visits") - end.ids("audit.visits")
        assert not missing, f"never counted: {sorted(missing)}"

    return system


@mark.parametrize("slow", [[], [SLOW]], ids=["steady", "slow"])
def test_what_a_service_writes_after_its_message_is_waited_for(slow):
    system = visits(counter)

    @system.story(faults=slow)
    async def calm(world):
        for number in range(3):
            await world.client("Ann").post(f"/visits/v{number}")

    for seed in range(6):
        outcome = run(calm, seed)
        assert outcome.verdict == "holds", [it.message for it in outcome.violations]


def test_whoever_waits_at_a_server_for_what_never_comes_is_at_rest():
    system = visits(counter, puller)

    @system.story
    async def calm(world):
        await world.client("Ann").post("/visits/v0")

    outcome = run(calm)
    assert outcome.verdict == "holds"
    assert outcome.virtual_s < 30.0


def test_whoever_waits_for_an_answer_that_was_lost_is_waited_for():
    async def stubborn(drivers):
        inbox = await drivers.nats.subscribe("visits")
        async for message in inbox.messages:
            for _ in range(5):
                with suppress(Exception):
                    await drivers.mongo["audit"]["visits"].insert_one(
                        {"_id": message.data.decode()}
                    )
                    break

    system = visits(stubborn)

    @system.story(faults=[faults.lost_requests(of="insert_one", by="stubborn", nth=[1])])
    async def calm(world):
        await world.client("Ann").post("/visits/v0")

    outcome = run(calm)
    assert outcome.verdict == "holds", [it.message for it in outcome.violations]
