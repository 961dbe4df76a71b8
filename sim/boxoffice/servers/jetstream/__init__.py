"""A NATS server with JetStream, its state and its client, for worlds in virtual time."""

from typing import TYPE_CHECKING

from boxoffice.servers.extras import homes

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.client import FakeNats
    from boxoffice.servers.jetstream.context import FakeJetStream
    from boxoffice.servers.jetstream.link import Link
    from boxoffice.servers.jetstream.server import JetStreamServer
    from boxoffice.servers.jetstream.stream import StoredMessage

__all__ = ["FakeJetStream", "FakeNats", "JetStreamServer", "Link", "StoredMessage"]

__getattr__ = homes(
    __name__,
    "nats",
    {
        "FakeJetStream": "context",
        "FakeNats": "client",
        "JetStreamServer": "server",
        "Link": "link",
        "StoredMessage": "stream",
    },
)
