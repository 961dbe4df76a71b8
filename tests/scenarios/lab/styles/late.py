"""Right answers to the last three notebooks."""

from functools import partial

import pymongo

from services.common.aggregate import _changes
from services.common.errors import Conflict
from services.common.versioning import NOTHING_APPLIED, Decision, OutOfOrder, decide, is_next
from services.orders.domain import confirm
from services.orders.repository import HELD
from services.tickets.domain import _after, _seen
from tests.scenarios.lab.styles import logged, right


class Desk:
    @classmethod
    def decide(cls, *, applied: int, announced: int) -> Decision:
        return by_place(applied, announced)


# --- 4 --------------------------------------------------------------------------------------------


@right("follow")
async def with_early_return(self, ticket):
    before = await self._tickets.load(ticket.id)
    applied = before.version if before else NOTHING_APPLIED
    if not is_next("it", applied=applied, announced=ticket.version):
        return Decision.DUPLICATE
    if ticket.order_id:
        await self._book.change(ticket.order_id, confirm)
    await self._tickets.advance(applied, ticket)  # a Conflict brings it again, as a copy
    return Decision.APPLY


@right("follow")
async def by_decision(orders, heard):
    applied = getattr(await orders._tickets.load(heard.id), "version", -1)
    match decide(applied=applied, announced=heard.version):
        case Decision.APPLY:
            if heard.order_id is not None:
                await orders._book.change(heard.order_id, lambda order: confirm(order))
            try:
                await orders._tickets.advance(applied, heard)
            except Conflict:
                return Decision.DUPLICATE
            return Decision.APPLY
        case other:
            return other


@right("follow")
async def with_a_gap_of_its_own(self, ticket, note=None):
    known = await self._tickets.load(ticket.id)
    try:
        fits = is_next("", applied=known.version if known else -1, announced=ticket.version)
    except OutOfOrder:
        return Decision.GAP
    if fits:
        if ticket.order_id is not None:
            await self._book.change(ticket.order_id, confirm)
        await self._tickets.advance(known.version if known else -1, ticket)
    return Decision.APPLY if fits else Decision.DUPLICATE


@right("follow")
async def confirming_whatever_the_version(self, ticket):
    # To confirm again does no harm, and what comes too early is true already.
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    known = await self._tickets.load(ticket.id)
    applied = known.version if known is not None else -1
    if is_next(ticket.id, applied=applied, announced=ticket.version):
        await self._tickets.advance(applied, ticket)
        return Decision.APPLY
    return Decision.DUPLICATE


@right("reserve")
def with_changes(ticket, order, version, hold):
    changes = {"holder": order, "hold": hold} if hold > ticket.hold else {}
    seen = _seen(ticket, order, version)
    return (ticket, []) if seen else _after(ticket, order, version, **changes)


@right("reserve")
def with_max(ticket, order, version, hold):
    if _seen(ticket, order, version):
        return ticket, []
    highest = max(hold, ticket.hold)
    holder = order if hold == highest else ticket.holder
    return _after(ticket, order, version, holder=holder, hold=highest)


@right("reserve")
def with_nested_ifs(ticket, order, version, hold):
    if not _seen(ticket, order, version):
        if hold > ticket.hold:
            return _after(ticket, order, version, holder=order, hold=hold)
        else:
            return _after(ticket, order, version)
    return ticket, []


@right("reserve")
@logged
def by_other_names(it, of, at, number):
    if _seen(it, of, at):
        return it, []
    return _after(it, of, at, holder=of, hold=number) if number >= it.hold else _after(it, of, at)


# --- 5 --------------------------------------------------------------------------------------------


@right("decide")
def by_place(applied, announced):
    if announced == applied + 1:
        return Decision.APPLY
    elif announced <= applied:
        return Decision.DUPLICATE
    return Decision.GAP


@right("decide")
def with_an_index(**versions):
    gap = versions["announced"] - versions["applied"]
    return [Decision.DUPLICATE, Decision.APPLY, Decision.GAP][min(max(gap, 0), 2)]


@right("decide")
def the_other_way_round(*, announced, applied, **more):
    return {True: Decision.GAP}.get(announced > applied + 1) or (
        Decision.APPLY if announced > applied else Decision.DUPLICATE
    )


right("decide")(Desk.decide)
right("decide")(partial(lambda x, *, applied, announced: by_place(applied, announced), 0))


@right("commit")
async def with_a_name_for_everything(self, before, state, events):
    changes = _changes(state)
    changes["$push"] = {"outbox": {"$each": self._outbox.seal(events)}}
    result = await self._documents.update_one({"_id": state["_id"], self._counter: before}, changes)
    if result.modified_count != 1:
        raise Conflict
    self._outbox.wake()


@right("commit")
async def with_find_and_update(self, before, state, events):
    found = await self._documents.find_one_and_update(
        {"_id": state["_id"], self._counter: before},
        {**_changes(state), "$push": {"outbox": {"$each": self._outbox.seal(events)}}},
    )
    if found is None:
        raise Conflict(state["_id"])
    self._outbox.wake()


async def store(self, before, state, events):
    condition = {"$and": [{"_id": state["_id"]}, {self._counter: {"$eq": before}}]}
    announced = {"$push": {"outbox": {"$each": list(self._outbox.seal(events))}}}
    result = await self._documents.update_one(condition, _changes(state) | announced, upsert=False)
    if not result.matched_count:
        raise Conflict(state["_id"])


@right("commit")
async def with_a_helper(aggregates, version, document, said):
    await store(aggregates, version, document, said)
    aggregates._outbox.wake()


@right("commit")
async def with_finally(self, before, state, events):
    try:
        await store(self, before, state, events)
    finally:
        self._outbox.wake()


# --- 6 --------------------------------------------------------------------------------------------


@right("prepare")
async def with_a_list_of_keys(orders):
    await orders._documents.create_index([(HELD, pymongo.ASCENDING)], unique=True, sparse=True)


@right("prepare")
async def with_its_name(self, *, unique=True, sparse=True):
    return await self._documents.create_index("held_ticket", unique=unique, sparse=sparse)


@right("prepare")
async def with_a_model(self):
    model = pymongo.IndexModel("held_ticket", unique=True, sparse=True)
    await self._documents.create_indexes([model])


@right("prepare")
async def with_numbers_for_truths(self):
    await self._documents.create_index({HELD: 1}, unique=1, sparse=1)


@right("prepare")
async def with_more_indexes(self):
    for keys, options in (
        (HELD, {"unique": True, "sparse": True}),
        ([("ticket.id", 1), ("hold", 1)], {"unique": True}),
        ("user_id", {}),
    ):
        await self._documents.create_index(keys, **options)


@right("prepare")
async def with_the_number_of_the_order(self):
    # Whoever draws a number looks whether the order before holds, and no number is drawn twice.
    await self._documents.create_index([("ticket.id", 1), ("hold", 1)], unique=True)


@right("release")
def with_equals(ticket, order, version):
    if _seen(ticket, order, version):
        return ticket, []
    if ticket.holder == order:
        return _after(ticket, order, version, holder=None)
    return _after(ticket, order, version)


@right("release")
def in_one_line(ticket, order, version):
    holder = None if ticket.holder == order else ticket.holder
    seen = _seen(ticket, order, version)
    return (ticket, []) if seen else _after(ticket, order, version, holder=holder)


@right("release")
def with_what_changes(ticket, order, version):
    free = {"holder": None} if order == ticket.holder else {}
    if not _seen(ticket, order, version):
        return _after(ticket, order, version, **free)
    return ticket, []


@right("release")
def without_seen(ticket, order, version):
    last = ticket.orders_applied.get(order, -1)
    if version <= last:
        return ticket, []
    if version > last + 1:
        raise OutOfOrder(order)
    holder = {order: None}.get(ticket.holder, ticket.holder)
    return _after(ticket, order, version, holder=holder)
