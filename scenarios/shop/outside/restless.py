"""What is still in motion among real processes, each by the name that it has in a world."""

from typing import Any

from scenarios.shop.checks import words
from scenarios.shop.checks.restless import CONSUMING, PUBLISHING
from scenarios.shop.outside.stream import TIMEOUT_S, backlogs, last_sequence
from scenarios.shop.outside.witness import Witness


async def restless(witness: Witness) -> list[str]:
    """Return what is not quiet, by name; asked of the servers' indexes, so it costs little.

    Raises: the drivers' own errors.
    """
    return [
        *await _outboxes(witness),
        *await _consumers(witness),
        *await _timers(witness),
        *await _payments(witness),
        *await _letters(witness),
    ]


async def _outboxes(witness: Witness) -> list[str]:
    found = []
    for service, collection in PUBLISHING:
        filled = witness.mongo[service][collection].find(
            {"outbox.id": {"$exists": True}}, {"outbox.id": 1}
        )
        events = sum([len(document["outbox"]) async for document in filled])
        if events:
            found.append(words.outbox(service, events))
    return found


async def _consumers(witness: Witness) -> list[str]:
    jetstream = witness.nats.jetstream(timeout=TIMEOUT_S)
    if await last_sequence(jetstream) is None:
        return ["nats: there is no stream"]
    left = await backlogs(jetstream)
    found = [f"{name}: has no consumer" for name in CONSUMING if name not in left]
    for name, it in left.items():
        if it.num_pending or it.num_ack_pending:
            found.append(words.backlog(name, it.num_pending, it.num_ack_pending))
    return found


async def _timers(witness: Witness) -> list[str]:
    redis = witness.redis
    if not await redis.exists("timers:kept"):
        return ["expiration: timers are not recovered"]
    now_s = witness.now_us() / 1_000_000
    due: Any = await redis.zrange("timers", "(0", f"{now_s}", byscore=True)
    leased = sorted([key async for key in redis.scan_iter("lease:*")])
    orders = [key.decode().removeprefix("lease:") for key in leased]
    return [
        *(words.timer_due(order.decode()) for order in due),
        *map(words.timer_leased, orders),
    ]


async def _payments(witness: Witness) -> list[str]:
    unsettled = witness.mongo["payments"]["orders"].find({"unsettled_since": {"$exists": True}})
    payments = [document["payment"] async for document in unsettled]
    return [f"payments: payment {words.short(it['id'])} is {it['status']}" for it in payments]


async def _letters(witness: Witness) -> list[str]:
    due = await witness.mongo["auth"]["users"].count_documents({"letter_due": {"$exists": True}})
    if due == 0:
        return []
    return ["auth: a letter is due" if due == 1 else f"auth: {due} letters are due"]
