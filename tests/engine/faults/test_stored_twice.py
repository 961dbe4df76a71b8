"""Messages that are stored a second time under the same id, beyond the de-duplication."""

from boxoffice import System
from boxoffice.faults import stored_twice
from tests.engine.faults.letters import a_day, post


def published(*plan, ids=True):
    """Return the run of a service that publishes five messages, each twice if it has an id."""
    system = System("news")

    async def tells(drivers):
        jetstream = drivers.nats.jetstream()
        await jetstream.add_stream(name="NEWS", subjects=["news.*"])
        for n in range(5):
            headers = {"Nats-Msg-Id": f"id {n}"} if ids else None
            for _ in range(1 + ids):
                await jetstream.publish(f"news.{n}", f"{n}".encode(), headers=headers)

    system.service("tells", tells, nats="nats")

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(20)

    outcome = system.run(waits, twice=True)
    assert not outcome.violations, outcome.violations
    stored = [it for it in outcome.trace.of_kind("stored") if not it.get("duplicate")]
    return [(it["subject"], it["seq"], it.get("id")) for it in stored], outcome


def test_a_message_has_a_second_place_in_the_stream_under_its_id():
    assert [it[0] for it in published()[0]] == [f"news.{n}" for n in range(5)]
    stored, outcome = published(stored_twice(after_s=2, of="news.*", nth=[2, 4]))
    assert stored[5:] == [("news.1", 6, "id 1"), ("news.3", 7, "id 3")]
    first, second = [it for it in outcome.trace.of_kind("stored") if it.get("id") == "id 1"][::2]
    assert round((second.at_us - first.at_us) / 1e6) == 2
    assert outcome.faults[0].times == 2


def test_a_copy_is_not_copied_again_be_there_an_id_or_not():
    for ids in (True, False):
        stored, outcome = published(stored_twice(after_s=0.01), ids=ids)
        assert len(stored) == 10, ids
        assert outcome.faults[0].times == 5


def test_services_that_remember_what_they_did_stand_it():
    for seed in range(4):
        system = post()
        plan = [stored_twice(share=0.5)]
        outcome = system.run(system.story()(a_day), seed, faults=plan)
        assert not outcome.violations, outcome.violations
