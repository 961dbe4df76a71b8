"""What a connection says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nats.aio.client import ServerVersion

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.link import Link
    from boxoffice.servers.jetstream.server import JetStreamServer

SERVER_VERSION = "2.15.1"  # the nats-server whose behaviour is copied


class State:
    """The properties of nats-py's connection."""

    server: JetStreamServer
    link: Link
    _closed: bool
    _draining: bool
    _reached: bool

    @property
    def is_connected(self) -> bool:
        # A client notices at once that its server has gone: the connection is closed.
        return self._reached and not self._closed and getattr(self.link, "reachable", True)

    @property
    def is_reconnecting(self) -> bool:
        return not self._reached and not self._closed

    @property
    def is_closed(self) -> bool:
        return self._closed

    @property
    def is_draining(self) -> bool:
        return self._draining

    @property
    def is_connecting(self) -> bool:
        return False

    @property
    def max_payload(self) -> int:
        """What the server's `INFO` says, in bytes."""
        return self.server.max_payload

    @property
    def connected_server_version(self) -> ServerVersion:
        return ServerVersion(SERVER_VERSION)
