"""The stream, read from its beginning to its end, and how far its consumers are."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from nats.aio.client import Client as Nats
from nats.aio.msg import Msg
from nats.errors import Error as BrokerError
from nats.errors import TimeoutError as NothingCame
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, ConsumerInfo, DeliverPolicy
from nats.js.errors import NotFoundError, ServiceUnavailableError

from scenarios.shop.checks.evidence import Backlog
from scenarios.shop.checks.restless import CONSUMING
from scenarios.shop.outside.snapshot import Stored
from services.common.ids import SystemIds
from services.common.messaging import STREAM

BATCH: Final = 256
TIMEOUT_S: Final = 5.0
# A reader lives on one member of a cluster: the others may not have heard of it yet, and while that
# one restarts nobody has it.
AWAY_S: Final = 20.0
PAUSE_S: Final = 0.1  # between two tries
# Nobody acknowledges to the reader, and a broker forgets it soon if it dies.
READER: Final = ConsumerConfig(
    ack_policy=AckPolicy.NONE,
    inactive_threshold=10.0,
    mem_storage=True,
)


async def last_sequence(jetstream: JetStreamContext) -> int | None:
    """Return the sequence of the last message, or None if there is no stream."""
    try:
        return int((await jetstream.stream_info(STREAM)).state.last_seq)
    except NotFoundError:
        return None


async def read_stream(nats: Nats, after: int = 0) -> list[Stored]:
    """Return all messages after a sequence, with their headers and the broker's time.

    Raises: nats.errors.Error.
    """
    return [it async for batch in stream_batches(nats, after) for it in batch]


async def stream_batches(
    nats: Nats, after: int = 0, reader: str | None = None, subject: str = ">"
) -> AsyncGenerator[list[Stored], None]:
    """Yield what `read_stream` returns, a few messages at a time; of a `subject` alone, if wanted.

    `reader` is the name of a consumer for whoever may make no other; who else reads by this name at
    the same time is refused, for each of the two would have a part.  Raises: nats.errors.Error.
    """
    jetstream = nats.jetstream(timeout=TIMEOUT_S)
    try:
        state = (await jetstream.stream_info(STREAM, subject)).state
    except NotFoundError:
        return
    wanted = sum((state.subjects or {}).values())
    if wanted == 0 or state.last_seq <= after:
        return
    begin = max(after + 1, state.first_seq)
    config = replace(
        READER,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=begin,
        filter_subjects=[subject],
    )
    name = (await _made(jetstream, config, reader)).name
    subscription = await jetstream.pull_subscribe_bind(name, STREAM)
    try:
        last = after
        # Its member may be behind the leader, who has told how many there are.
        while wanted > 0 and last < state.last_seq:
            batch = await _fetch(subscription)
            if not batch:  # what was there has been discarded meanwhile
                break
            # And has forgotten, when it is back, how far the reader was.
            found = [it for it in map(_stored, batch) if it.seq > last]
            wanted -= len(found)
            last = found[-1].seq if found else last
            yield found
    finally:
        await subscription.unsubscribe()
        with suppress(BrokerError):  # what was read is read, and the broker forgets its reader
            await jetstream.delete_consumer(STREAM, name)


async def _made(
    jetstream: JetStreamContext, wanted: ConsumerConfig, name: str | None
) -> ConsumerInfo:
    if name is None:
        return await jetstream._jsm.add_consumer(STREAM, wanted)
    # The server takes the same again for the same consumer, and says so of one that differs; that
    # it is to make one, and to change none, nats-py 2.16 cannot say.
    # Source: CreateConsumerRequest, https://github.com/nats-io/nats-server/blob/main/server/consumer.go
    config = replace(wanted, name=name, metadata={"reader": SystemIds().object_id()})
    request = {"stream_name": STREAM, "config": config.as_dict(), "action": "create"}
    subject = f"{jetstream._prefix}.CONSUMER.CREATE.{STREAM}.{name}"
    made = await jetstream._api_request(subject, json.dumps(request).encode(), timeout=TIMEOUT_S)
    found: ConsumerInfo = ConsumerInfo.from_response(made)
    return found


async def backlogs(jetstream: JetStreamContext) -> Mapping[str, Backlog]:
    """Return what each service's consumer has before it; nothing of one that is not there."""
    try:
        infos = await jetstream.consumers_info(STREAM)
    except NotFoundError:
        return {}
    return {
        info.name: Backlog(info.num_pending or 0, info.num_ack_pending or 0)
        for info in infos
        if info.name in CONSUMING
    }


async def _fetch(reader: JetStreamContext.PullSubscription) -> list[Msg]:
    """Return the next messages: nothing, if nothing is left.  Raises: nats.errors.Error."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + AWAY_S
    while loop.time() < end_s:
        with suppress(NothingCame, ServiceUnavailableError):
            return await reader.fetch(BATCH, timeout=TIMEOUT_S)
        with suppress(NothingCame, ServiceUnavailableError):
            infos = await reader._js._jsm.consumers_info(STREAM)  # who only reads may ask no other
            if any(it.name == reader._consumer and not it.num_pending for it in infos):
                return []
        await asyncio.sleep(PAUSE_S)
    return await reader.fetch(BATCH, timeout=TIMEOUT_S)


def _stored(message: Msg) -> Stored:
    metadata = message.metadata
    # The driver's own datetime has lost the last digits in a float; microseconds are enough.
    at_us = round(metadata.timestamp.timestamp() * 1_000_000)
    return Stored(
        metadata.sequence.stream, message.subject, message.data, message.headers or {}, at_us
    )
