"""A NATS server with JetStream, its state and its client, for worlds in virtual time."""

from functools import partial
from typing import TYPE_CHECKING

from boxoffice.lazily import lazily
from boxoffice.servers.extras import need

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.client import FakeNats as FakeNats
    from boxoffice.servers.jetstream.context import FakeJetStream as FakeJetStream
    from boxoffice.servers.jetstream.link import Link as Link
    from boxoffice.servers.jetstream.server import JetStreamServer as JetStreamServer
    from boxoffice.servers.jetstream.stream import StoredMessage as StoredMessage
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.servers.jetstream.client": "FakeNats",
            "boxoffice.servers.jetstream.context": "FakeJetStream",
            "boxoffice.servers.jetstream.link": "Link",
            "boxoffice.servers.jetstream.server": "JetStreamServer",
            "boxoffice.servers.jetstream.stream": "StoredMessage",
        },
        partial(need, "nats"),
    )
