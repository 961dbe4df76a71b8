"""What is taken down of a world."""

import asyncio

from scenarios.shop.checks import Evidence, collect_evidence
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, REPLICAS, TICKETS, USERS, Document
from scenarios.shop.world import World
from tests.scenarios.shop.checks.conftest import joins, lists
from tests.scenarios.shop.checks.histories import History, order


def test_the_evidence_of_an_honest_day_is_complete(honest: Evidence) -> None:
    assert len(honest.users) == 3
    assert len(honest.tickets) == len(honest.replicas) == 4
    assert len(honest.orders) == len(honest.mirrors) == 5
    assert [charge["amount"] for charge in honest.charges.values()] == [1_999, 4_500]
    assert [refund["amount"] for refund in honest.refunds.values()] == [4_500]
    assert len(honest.timers) == 5
    assert all(score < 0 for score in honest.timers.values())
    assert sorted(honest.consumers) == ["expiration", "orders", "payments", "tickets"]
    assert honest.restless == []


def test_each_message_of_the_stream_is_taken_down_decoded(honest: Evidence) -> None:
    stored = [it for it in honest.of_kind("stored") if not it["duplicate"]]
    assert [(it.seq, it.subject) for it in honest.messages] == [
        (it["seq"], it["subject"]) for it in stored
    ]
    assert all(it.data["type"] == it.subject for it in honest.messages)


def test_documents_are_taken_down_as_they_were_last_written(honest: Evidence) -> None:
    for store, documents in (
        (USERS, honest.users),
        (TICKETS, honest.tickets),
        (ORDERS, honest.orders),
        (REPLICAS, honest.replicas),
        (MIRRORS, honest.mirrors),
    ):
        for id, document in documents.items():
            [last] = honest.history(store, id)[-1:]
            assert last["after"]["version"] == document["version"]


def test_a_dead_letter_that_nobody_can_read_is_taken_down_with_its_reason() -> None:
    async def story(world: World) -> Evidence:
        await asyncio.sleep(1.0)
        world.backends.nats.publish("order.created", b"?", {})
        await asyncio.sleep(1.0)
        return collect_evidence(world, poisoned=True)

    evidence = World(seed=1).run(story)
    letters = [it for it in evidence.messages if it.is_dead_letter]
    assert evidence.poisoned
    assert sorted(it.subject.split(".")[1] for it in letters) == [
        "expiration",
        "payments",
        "tickets",
    ]
    assert all(it.data == {} and it.reason for it in letters)


def test_a_write_that_only_empties_an_outbox_is_no_part_of_a_history() -> None:
    history = History()
    placed = history.saves(ORDERS, order(outbox=[{"id": "x"}]))
    history.saves(ORDERS, order())
    evidence = history.evidence()
    assert evidence.history(ORDERS, order()["_id"]) == [placed]
    assert list(evidence.writes(ORDERS)) == [placed]


def test_causes_are_followed_to_the_first_one() -> None:
    history = History()
    stored = history.announces("order.created", id="x")
    delivered = history.delivers(stored, "tickets")
    write = history.saves(ORDERS, order(), because=delivered)
    assert list(history.evidence().causes(write)) == [delivered, stored]


def test_documents_with_something_at_a_path_are_found_without_looking_at_the_others() -> None:
    async def story(world: World) -> tuple[list[Document], int]:
        sue = await joins(world, "sue")
        await lists(sue)
        world.crash("nats")
        await asyncio.sleep(0.1)
        seat = await lists(sue)
        server = world.backends.mongo["tickets-db"]
        examined = server.examined
        found = server.documents_with("tickets", "tickets", "outbox.id")
        assert [it["_id"] for it in found] == [seat]
        return server.documents_with("tickets", "tickets", "nothing"), server.examined - examined

    none, examined = World(seed=1).run(story)
    assert none == []
    assert examined == 3  # one by the index, and then both
