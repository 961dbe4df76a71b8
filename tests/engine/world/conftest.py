"""What tests of a world share: a worker that makes its own clients, and does one deed."""

from pytest import fixture

from boxoffice import System


@fixture
def played():
    """Play one deed of a worker, with faults or without; return what it raised and has said."""

    def play(deed, *strikes):
        said = []

        async def works(_):
            said.append(await deed())

        system = System("yard")
        system.service("worker", works, mongo="store", redis="cache", nats="nats")

        @system.story(faults=strikes)
        async def a_day(world):
            await world.passes(600)

        return [it.message for it in system.run(a_day).violations], said

    return play
