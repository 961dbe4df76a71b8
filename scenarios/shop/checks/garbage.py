"""Garbage: what is in the stream and no event of ours."""

import json
from typing import Any


def is_garbage(subject: str, said: Any) -> bool:
    """Tell whether nobody can read a message, or it says what does not belong on its subject."""
    from services.common.events import Undecodable, open_envelope

    try:
        envelope, _ = open_envelope(json.dumps(said).encode())
    except Undecodable:
        return True
    return envelope.type != subject
