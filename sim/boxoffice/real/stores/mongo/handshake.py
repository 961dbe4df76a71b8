"""Commands by which a driver learns whom it speaks to."""

from typing import Final

from boxoffice.real.stores.mongo.engine import Engine
from boxoffice.real.stores.mongo.wire import MAX_MESSAGE_BYTES
from boxoffice.servers.mongo.terms import Document

MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024
MAX_WRITES: Final = 100_000  # in one command
WIRE_VERSION: Final = 21  # of MongoDB 7.0
VERSION: Final = (7, 0, 0, 0)
SESSION_MINUTES: Final = 30


def hello(engine: Engine, command: Document) -> Document:
    """Say that this is a server on its own, and what it can take."""
    primary = "isWritablePrimary" if "hello" in command else "ismaster"
    return {
        "helloOk": True,
        primary: True,
        "maxBsonObjectSize": MAX_DOCUMENT_BYTES,
        "maxMessageSizeBytes": MAX_MESSAGE_BYTES,
        "maxWriteBatchSize": MAX_WRITES,
        "localTime": engine.clock.now(),
        "logicalSessionTimeoutMinutes": SESSION_MINUTES,
        "minWireVersion": 0,
        "maxWireVersion": WIRE_VERSION,
        "readOnly": False,
    }


def ping(engine: Engine, command: Document) -> Document:
    """Say nothing but that the server is there; a session that ends leaves nothing, either."""
    return {}


def build_info(engine: Engine, command: Document) -> Document:
    """Say which MongoDB this answers like."""
    return {
        "version": ".".join(map(str, VERSION[:3])),
        "versionArray": list(VERSION),
        "gitVersion": "embedded",
        "bits": 64,
        "debug": False,
        "maxBsonObjectSize": MAX_DOCUMENT_BYTES,
        "modules": [],
    }
