"""Writes and ends by which the first invariants of the contract fall."""

from boxoffice.trace.trace import TraceEvent
from tests.scenarios.shop.checks.corrupted import Recording, falls

# --- what was there before them -------------------------------------------------------------------


def cancelling(it: Recording) -> TraceEvent:
    """Return the write that cancelled the first order that was cancelled."""
    return next(
        write
        for write in it.all("write", database="orders", collection="orders")
        if write["after"]["status"] == "cancelled" and write["before"]["status"] != "cancelled"
    )


@falls("no-double-sale", "are both not cancelled")
def sold_a_ticket_twice(it: Recording) -> None:
    orders = list(it.all("write", database="orders", collection="orders", verb="insert_one"))
    seat = orders[0]["after"]["ticket"]["id"]
    it.change(orders[-1], lambda it: it["after"]["ticket"].update(id=seat))


@falls("terminal-is-final", "it became awaiting:payment")
def revived_an_order(it: Recording) -> None:
    write = cancelling(it)
    it.repeat(write, before=write["after"], after=write["before"] | {"version": 9})


@falls("versions-step-by-one", "went from 0 to 2")
def skipped_a_version(it: Recording) -> None:
    asked = it.asked(it.first("response", "PUT /api/tickets/", status=200))
    assert asked
    it.change(it.first("write", cause=asked.number), lambda it: it["after"].update(version=2))


@falls("no-lost-update", "was never written")
def lost_an_edit(it: Recording) -> None:
    asked = it.asked(it.first("response", "PUT /api/tickets/", status=200))
    assert asked
    it.drop(it.first("write", cause=asked.number))


@falls("charged-once", "charged 2 times")
def charged_twice(it: Recording) -> None:
    it.repeat(it.first("charge"), id="ch_2", key="another")


@falls("charged-once", "charged in eur at")
def charged_in_another_currency(it: Recording) -> None:
    it.ends["charges"][it.first("charge")["id"]]["currency"] = "eur"


@falls("holder-releases", "was released by")
def released_for_another(it: Recording) -> None:
    told = it.first("stored", subject="order.cancelled")
    it.change(told, lambda it: it["data"]["data"].update(id=24 * "b"))


@falls("money-conserved", "refunded $0.00")
def kept_what_was_to_be_given_back(it: Recording) -> None:
    for charge in it.ends["charges"].values():
        charge["amount_refunded"] = 0


@falls("replicas-converge", "orders' replica has version 0")
def left_a_replica_behind(it: Recording) -> None:
    next(iter(it.ends["replicas"].values()))["version"] = 0


@falls("reservation-agrees", "is held by no order")
def forgot_a_holder(it: Recording) -> None:
    held = next(one for one in it.ends["tickets"].values() if "holder" in one)
    del held["holder"]


@falls("every-version-announced", "was never announced")
def announced_one_version_less(it: Recording) -> None:
    it.ends["messages"].pop(3)


@falls("orders-settle", "after it had expired, and nothing was in the way of orders")
def ended_an_order_too_late(it: Recording) -> None:
    orders = it.all("write", database="orders", collection="orders")
    expired = [one for one in orders if one["after"]["status"] == "cancelled" and one.at_us > 9e8]
    it.move(expired[0], by_s=52.0)


@falls("orders-settle", "still created")
def left_an_order_open(it: Recording) -> None:
    open_ = next(one for one in it.ends["orders"].values() if one["status"] == "cancelled")
    open_["status"] = "created"


@falls("accepted-is-durable", "there is no such order")
def lost_an_order(it: Recording) -> None:
    it.ends["orders"].popitem()


@falls("nothing-stuck", "1 event in an outbox")
def left_an_event_in_an_outbox(it: Recording) -> None:
    next(iter(it.ends["tickets"].values()))["outbox"] = [{}]


@falls("sessions-isolate", "was shown to ben")
def listed_for_another(it: Recording) -> None:
    mine = it.first("response", "GET /api/orders/", status=200)
    theirs = it.first("response", "GET /api/orders/", status=403)
    it.change(theirs, lambda it: it.update(status=200, body=mine["body"]))
