"""Errors that are judged by the class that a driver gives them."""

from boxoffice import Twin


def _by_class(error: BaseException) -> bool:
    import nats.errors
    import pymongo.errors
    import redis.exceptions

    out_of_reach = (
        pymongo.errors.ConnectionFailure,
        redis.exceptions.ConnectionError,
        redis.exceptions.TimeoutError,
        nats.errors.Error,
        OSError,
    )
    return isinstance(error, out_of_reach)


blames_the_message = Twin(
    name="blames-the-message",
    defence="what a server refuses for a while is never the fault of what was asked",
    invariant="nothing-stuck",
    shows="Redis takes no writes for longer than a message is tried",
    target="services.common.outages:passes",
    stand_in=_by_class,
)
