"""Which subjects and queue groups nats-py lets a client ask for, in each of its versions."""

from collections.abc import Callable
from typing import Any

import nats.aio.client
import nats.errors


def _without_blanks(asked: str, **_: Any) -> None:
    if " " in asked:
        raise nats.errors.BadSubjectError


def _own(name: str) -> Callable[..., None]:
    """Return nats-py's own check, or, before its 2.16, the one that it had in its place."""
    found: Callable[..., None] = getattr(nats.aio.client, name, _without_blanks)
    return found


def check_asked(subject: str, queue: str = "") -> None:
    """Check what is subscribed to.  Raises: nats.errors.BadSubjectError."""
    if not subject:
        raise nats.errors.BadSubjectError
    _own("_validate_subject")(subject, strict=True)
    _own("_validate_queue")(queue)
