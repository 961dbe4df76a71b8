"""Redis in one process: fakeredis' answers, behind a link.

`server` keeps the data and answers commands, `socket` is a connection as the server has it,
`blocked` keeps those that wait for what is not there yet, and `client` and `connection` are
redis-py's own down to where they would write to a socket.
"""

from typing import TYPE_CHECKING

from boxoffice.servers.extras import homes

if TYPE_CHECKING:
    from boxoffice.servers.redis.client import FakeRedis
    from boxoffice.servers.redis.server import FakeRedisServer

__all__ = ["FakeRedis", "FakeRedisServer"]

__getattr__ = homes(__name__, "redis", {"FakeRedis": "client", "FakeRedisServer": "server"})
