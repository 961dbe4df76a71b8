"""MongoDB in one process: mongomock's answers at a constant cost, behind a link.

`terms` says which documents a filter can match, `index` and `store` find them, `collection` puts
them before mongomock's own filter, `server` keeps them alive, and `client`, `database` and
`handle` speak PyMongo's asynchronous API to the services.  `lacking` says what they do not, and
`patches` what is changed inside mongomock.
"""

from typing import TYPE_CHECKING

from boxoffice.servers.extras import homes

if TYPE_CHECKING:
    from boxoffice.servers.mongo.client import FakeMongoClient, Link
    from boxoffice.servers.mongo.server import FakeMongoServer

__all__ = ["FakeMongoClient", "FakeMongoServer", "Link"]

__getattr__ = homes(
    __name__,
    "mongo",
    {"FakeMongoClient": "client", "FakeMongoServer": "server", "Link": "client"},
)
