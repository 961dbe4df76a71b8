"""Fakes of the servers that services talk to, each on a host of its own."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.servers.jetstream import StoredMessage as StoredMessage
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__, {"boxoffice.servers.jetstream": "StoredMessage"}
    )
