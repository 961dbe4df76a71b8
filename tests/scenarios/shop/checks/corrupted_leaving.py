"""Ends of a service that are not in good order, and messages that nobody has asked for."""

from dataclasses import replace
from typing import Any

from boxoffice.trace.trace import TraceEvent
from services.common.connection_draining import OutOfTime
from tests.scenarios.shop.checks.corrupted import Recording, falls


def says(it: Recording, what: str) -> None:
    """Let orders say something while it is about to leave."""
    leave = it.first("leave")
    said: dict[str, Any] = {"what": what, "level": "info"}
    event = replace(leave, number=leave.number + 1, kind="log", fields=said)
    it.events.insert(it.events.index(leave) + 1, event)


def taken(it: Recording, consumer: str, subject: str) -> TraceEvent:
    """Return the first acknowledgement of such a message."""
    return it.first("acked", consumer=consumer, subject=subject)


@falls("leaves-in-order", "and ready still at")
def was_sent_people_to_the_end(it: Recording) -> None:
    says(it, "still ready")


@falls("leaves-in-order", "and somebody whom it had let in has no answer at")
def left_somebody_without_an_answer(it: Recording) -> None:
    says(it, "left without a word")


@falls("leaves-in-order", "and did nothing more until its time was up at")
def went_on_until_its_time_was_up(it: Recording) -> None:
    says(it, "cut off")


@falls("leaves-in-order", "and took on ticket.updated of")
def took_on_more(it: Recording) -> None:
    last = it.last("decided", type="ticket.updated")
    leave = it.first("leave")
    it.move(leave, by_s=(last.at_us - leave.at_us) / 1e6 - 1.0)


@falls("leaves-in-order", "(ticket.updated) is given to it at")
def was_given_more_though_it_took_none(it: Recording, after_s: float = 2.0) -> None:
    last, leave = it.last("decided", type="ticket.updated"), it.first("leave")
    given = next(event for event in it.events if event.number == last.cause)
    it.drop(last)
    it.move(leave, by_s=(given.at_us - leave.at_us) / 1e6 - after_s)


@falls("leaves-in-order", "(ticket.updated) is given to it at")
def was_given_more_in_a_moment(it: Recording) -> None:
    was_given_more_though_it_took_none(it, 0.2)


@falls("leaves-in-order", "(ticket.updated), given to it at")
def left_a_message_in_hand(it: Recording) -> None:
    it.drop(taken(it, "orders", "ticket.updated"))


@falls("leaves-in-order", "the outbox of")
def left_an_event_untold(it: Recording) -> None:
    orders = it.all("write", database="orders", collection="orders", verb="update_one")
    emptied = [write for write in orders if not write["after"]["outbox"]][-1]
    last = [write for write in orders if write["id"] == emptied["id"]] or [emptied]
    for write in last:
        it.change(write, lambda to: to["after"].update(outbox=[{"id": "x"}]))


@falls("leaves-in-order", "The service ends before this is done; try again” at")
def turned_somebody_away_at_once(it: Recording) -> None:
    body = {"errors": [{"message": OutOfTime().message}]}
    answer = it.first("response", "POST /api/orders", status=400)
    it.change(answer, lambda it: it.update(status=503, body=body))


@falls("everybody-hears", "(order.completed) was put aside at")
def put_a_message_aside_without_a_letter(it: Recording) -> None:
    heard = taken(it, "expiration", "order.completed")
    it.events[it.events.index(heard)] = replace(heard, kind="termed")


@falls("everybody-hears", "expiration: order.completed of")
def never_asked_for_a_type(it: Recording) -> None:
    it.drop(taken(it, "expiration", "order.completed"))
