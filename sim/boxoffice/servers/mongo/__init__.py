"""MongoDB in one process: mongomock's answers at a constant cost, behind a link.

`terms` says which documents a filter can match, `index` and `store` find them, `collection` puts
them before mongomock's own filter, `server` keeps them alive, and `client`, `database` and
`handle` speak PyMongo's asynchronous API to the services.  `unsupported` says what they do not, and
`patches` what is changed inside mongomock.
"""

from functools import partial
from typing import TYPE_CHECKING

from boxoffice.lazily import lazily
from boxoffice.servers.extras import need

if TYPE_CHECKING:
    from boxoffice.servers.mongo.client import FakeMongoClient as FakeMongoClient
    from boxoffice.servers.mongo.client import Link as Link
    from boxoffice.servers.mongo.server import FakeMongoServer as FakeMongoServer
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.servers.mongo.client": "FakeMongoClient Link",
            "boxoffice.servers.mongo.server": "FakeMongoServer",
        },
        partial(need, "mongo"),
    )
