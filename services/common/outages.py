"""Errors that say nothing about the request, only that a server could not be reached.

Whoever meets one tries again later.  It never counts against the message or the person at hand.
"""

from typing import Final

import nats.errors
import pymongo.errors
import redis.exceptions

OUTAGES: Final = (
    pymongo.errors.ConnectionFailure,
    pymongo.errors.WTimeoutError,  # done, but no majority has it yet, and may never
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    nats.errors.Error,
    OSError,
    TimeoutError,
)
