"""A server's state as its JSON answers show it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from sim.fakes.jetstream.consumer import Consumer
from sim.fakes.jetstream.stream import StoredMessage, Stream

Json = dict[str, Any]


def iso(time_s: float) -> str:
    """A moment, in seconds since 1970, as RFC 3339 in UTC."""
    return datetime.fromtimestamp(time_s, UTC).isoformat().replace("+00:00", "Z")


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
    return {
        "stream_name": stream.name,
        "name": consumer.name,
        "created": iso(consumer.created_s),
        "config": dict(consumer.config),
        "delivered": delivered,
        "ack_floor": {"consumer_seq": ledger.floor_consumer, "stream_seq": ledger.floor_stream},
        "num_ack_pending": len(ledger.outstanding),
        "num_redelivered": ledger.redelivered(),
        "num_waiting": consumer.num_waiting,
        "num_pending": consumer.num_pending,
    }


def stored_message(message: StoredMessage) -> Json:
    seen: Json = {
        "subject": message.subject,
        "seq": message.seq,
        "time": iso(message.time_s),
        "data": base64.b64encode(message.data).decode(),
    }
    if message.headers:
        lines = [f"{name}: {value}\r\n" for name, value in message.headers.items()]
        block = "NATS/1.0\r\n" + "".join(lines) + "\r\n"
        seen["hdrs"] = base64.b64encode(block.encode()).decode()
    return seen


def _state(stream: Stream) -> Json:
    count = len(stream.messages)
    return {
        "messages": count,
        "bytes": sum(message.size for message in stream.messages.values()),
        "first_seq": stream.first_seq if stream.last_seq else 0,
        "last_seq": stream.last_seq,
        "num_deleted": stream.last_seq - stream.first_seq + 1 - count,
        "consumer_count": len(stream.consumers),
    }
