"""What a request, an answer or a message says, as far as a page can show it."""

import json
from math import isfinite
from typing import Any, Final

LONGEST: Final = 4_000  # bytes


def parsed(content: bytes) -> Any:
    """Return JSON as a browser reads it too; None for what is none, and for what is too long.

    >>> parsed(b'{"price": NaN, "of": [1e400, 4.5]}')
    {'price': 'NaN', 'of': ['1e400', 4.5]}
    """
    try:
        if 0 < len(content) <= LONGEST:
            return json.loads(content, parse_constant=str, parse_float=_finite)
    except (ValueError, RecursionError):
        pass
    return None


def _finite(text: str) -> float | str:
    number = float(text)
    return number if isfinite(number) else text
