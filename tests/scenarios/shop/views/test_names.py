"""Ids get names that people can keep apart."""

from boxoffice.views.names import Names
from tests.scenarios.shop.views.runs import Step, made, number, purchase


def test_users_are_called_by_the_person_who_signed_up_and_things_by_first_appearance() -> None:
    trace = purchase()
    names = Names(trace)
    bodies = [event["body"] for event in trace.of_kind("response")]
    assert [names.of(body["id"]) for body in bodies] == [
        "sue", "ana", "ticket A", "order 1", "payment 1", "order 1",
    ]  # fmt: skip


def test_an_id_that_nobody_introduced_is_cut_to_its_last_digits() -> None:
    assert Names(made([])).of("70dbd8814b37bb1c7f004aff") == "004aff"


def test_the_ids_in_a_sentence_are_replaced_and_nothing_else_is() -> None:
    trace = purchase()
    order = trace.events[number(trace, "decided", type="order.completed")]["subject"]
    told = Names(trace).within(f"{order} is v2, not abc or {'a' * 25}")
    assert told == f"order 1 is v2, not abc or {'a' * 25}"


def test_the_twenty_seventh_ticket_is_ticket_aa() -> None:
    ids = [f"{at:024x}" for at in range(27)]
    stored = [
        (0, "nats", "stored", {"data": {"type": "ticket.created", "subject": id}}) for id in ids
    ]
    names = Names(made(stored))
    assert [names.of(id) for id in (ids[0], ids[25], ids[26])] == [
        "ticket A",
        "ticket Z",
        "ticket AA",
    ]


def test_a_ticket_that_is_called_by_a_letter_keeps_it() -> None:
    ids = [f"{nth:024x}" for nth in (1, 2, 3)]
    about = {"database": "tickets", "collection": "tickets", "before": None}
    steps: list[Step] = [
        (at, "tickets-db", "write", {**about, "id": id, "after": {"_id": id, "title": title}})
        for at, (id, title) in enumerate(zip(ids, ("B", "A", "B"), strict=True))
    ]
    names = Names(made(steps))
    assert [names.of(id) for id in ids] == ["ticket B", "ticket A", "ticket C"]
    assert names.said("tickets 000001 and 000003") == "ticket B and ticket C"
