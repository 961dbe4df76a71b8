"""MongoDB's wire protocol in front of the fake server.

`wire` reads and writes messages, `connection` is one client's socket, `commands` finds who does a
command, and `reads`, `writes`, `catalog` and `greetings` do it on the fake's databases.
"""

from boxoffice.real.stores.mongo.connection import serve_mongo

__all__ = ["serve_mongo"]
