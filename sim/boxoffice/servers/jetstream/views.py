"""A server's state as its JSON answers show it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from boxoffice.servers.jetstream.consumer import Consumer
from boxoffice.servers.jetstream.stream import StoredMessage, Stream

Json = dict[str, Any]
NEVER = "0001-01-01T00:00:00Z"  # the zero time of Go


def iso(time_s: float) -> str:
    """A moment, in seconds since 1970, as RFC 3339 in UTC.

    With a fraction even if it is zero: nats-py 2.13 cannot read a moment without one.
    """
    told = datetime.fromtimestamp(time_s, UTC).isoformat(timespec="microseconds")
    return told.replace("+00:00", "Z")


def stream_info(stream: Stream, subjects_filter: str = "") -> Json:
    info: Json = {
        "config": dict(stream.config),
        "created": iso(stream.created_s),
        "state": _state(stream),
    }
    if subjects_filter:
        info["state"]["subjects"] = stream.subjects(subjects_filter)
    return info


def consumer_info(stream: Stream, consumer: Consumer) -> Json:
    ledger = consumer.ledger
    delivered: Json = {"consumer_seq": ledger.delivered, "stream_seq": ledger.next_seq - 1}
    if consumer.active_s is not None:
        delivered["last_active"] = iso(consumer.active_s)
    floor: Json = {"consumer_seq": ledger.floor_consumer, "stream_seq": floor_of(consumer)}
    if consumer.acked_s is not None:
        floor["last_active"] = iso(consumer.acked_s)
    push = stream.pushes.get(consumer.name)
    bound: Json = {"push_bound": True} if push is not None and push.bound else {}
    return {
        **bound,
        "stream_name": stream.name,
        "name": consumer.name,
        "created": iso(consumer.created_s),
        "config": dict(consumer.config),
        "delivered": delivered,
        "ack_floor": floor,
        "num_ack_pending": len(ledger.outstanding),
        "num_redelivered": ledger.redelivered(),
        "num_waiting": 0 if push is not None else consumer.num_waiting,
        "num_pending": consumer.counted_pending(),
    }


def floor_of(consumer: Consumer) -> int:
    """Return the sequence up to which a consumer has nothing before it any more."""
    return consumer.schedule.floor(consumer.ledger.floor_stream)


def stored_message(message: StoredMessage) -> Json:
    seen: Json = {
        "subject": message.subject,
        "seq": message.seq,
        "time": iso(message.time_s),
    }
    if message.data:
        seen["data"] = base64.b64encode(message.data).decode()
    if message.headers:
        seen["hdrs"] = base64.b64encode(message.header_block).decode()
    return seen


def _state(stream: Stream) -> Json:
    count = len(stream.messages)
    first = stream.messages.get(stream.first_seq)
    state: Json = {
        "messages": count,
        "bytes": sum(message.size for message in stream.messages.values()),
        "first_seq": stream.first_seq if stream.last_seq or stream.purged else 0,
        "first_ts": NEVER if first is None else iso(first.time_s),
        "last_seq": stream.last_seq,
        "last_ts": NEVER if stream.last_s is None else iso(stream.last_s),
        "consumer_count": len(stream.consumers),
    }
    # A Go server leaves out what is zero.
    for name, value in (
        ("num_subjects", stream.num_subjects),
        ("num_deleted", stream.last_seq - stream.first_seq + 1 - count),
    ):
        if value:
            state[name] = value
    return state
