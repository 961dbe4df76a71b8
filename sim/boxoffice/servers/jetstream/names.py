"""Unique names, as nats-py draws them by chance."""

from boxoffice.servers.jetstream.server import JetStreamServer


class Names:
    """nats-py's source of unique names, counted instead of drawn so that runs repeat."""

    def __init__(self, server: JetStreamServer) -> None:
        self._server = server

    def next(self) -> bytearray:
        return bytearray(self._server.next_name().encode())
