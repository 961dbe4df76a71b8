"""The stream that everything between services is in."""

from nats.js import JetStreamContext
from nats.js.api import StorageType, StreamConfig
from nats.js.errors import NotFoundError

from services.common.subjects import STREAM, SUBJECTS


async def ensure_stream(jetstream: JetStreamContext, replicas: int = 1) -> None:
    """Create the stream, kept by so many servers, unless it is there; else widen it, if we may."""
    try:
        await widen_stream(jetstream)
    except NotFoundError:
        await jetstream.add_stream(
            StreamConfig(
                name=STREAM,
                subjects=list(SUBJECTS),
                storage=StorageType.FILE,
                num_replicas=replicas,
            )
        )
    except TimeoutError:
        # Nobody is there; or NATS leaves whoever may not change the stream (k8s/users.py) without
        # an answer.  What it has is heard all the same; an operator's `dlq replay` widens it.
        return


async def widen_stream(jetstream: JetStreamContext) -> None:
    """Have the stream listen to what an earlier release did not know; else it stays as it is.

    Raises: NotFoundError.
    """
    config = (await jetstream.stream_info(STREAM)).config
    known = config.subjects or []
    unknown = [subject for subject in SUBJECTS if subject not in known]
    if unknown:
        config.subjects = [*known, *unknown]
        await jetstream.update_stream(config)
