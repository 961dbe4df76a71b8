"""Redis in one process: fakeredis' answers, behind a link.

`server` keeps the data and answers commands, `socket` is a connection as the server has it,
`blocked` keeps those that wait for what is not there yet, and `client` and `connection` are
redis-py's own down to where they would write to a socket.
"""

from functools import partial
from typing import TYPE_CHECKING

from boxoffice.lazily import lazily
from boxoffice.servers.extras import need

if TYPE_CHECKING:
    from boxoffice.servers.redis.client import FakeRedis as FakeRedis
    from boxoffice.servers.redis.server import FakeRedisServer as FakeRedisServer
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.servers.redis.client": "FakeRedis",
            "boxoffice.servers.redis.server": "FakeRedisServer",
        },
        partial(need, "redis"),
    )
