"""What a server tells its operators unasked."""

from typing import Any

from boxoffice.servers.jetstream.ledger import Outstanding

MAX_DELIVER = "io.nats.jetstream.advisory.v1.max_deliver"


def max_deliver(stream: str, consumer: str, held: Outstanding) -> dict[str, Any]:
    """Tell that a message was delivered as often as it may be, and given up."""
    return {
        "type": MAX_DELIVER,
        "stream": stream,
        "consumer": consumer,
        "stream_seq": held.message.seq,
        "deliveries": held.attempt,
    }
