"""Errors that are judged by the class that a driver gives them."""

import nats.errors
import pymongo.errors
import redis.exceptions

from boxoffice import Twin

_OUT_OF_REACH = (
    pymongo.errors.ConnectionFailure,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    nats.errors.Error,
    OSError,
)


def _by_class(error: BaseException) -> bool:
    return isinstance(error, _OUT_OF_REACH)


blames_the_message = Twin(
    name="blames-the-message",
    defence="what a server refuses for a while is never the fault of what was asked",
    invariant="nothing-stuck",
    target="services.common.outages:passes",
    stand_in=_by_class,
)
