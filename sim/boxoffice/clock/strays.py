"""What is neither an error nor an end, as `pytest.skip()` raises it: a test's word to its runner.

A story may say it.  From a service or an invariant it would end the test of whoever runs them, and
what is skipped looks as if it had been decided.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from boxoffice.clock.addresses import without_addresses

_ENDS: Final = (Exception, asyncio.CancelledError, KeyboardInterrupt, SystemExit, GeneratorExit)


class Stray(RuntimeError):
    """A service, or what judges a run, has said what only a story may say."""


def is_stray(error: BaseException) -> bool:
    """Tell whether an exception is neither an error nor an end, nor a group of such."""
    if isinstance(error, BaseExceptionGroup):
        return any(map(is_stray, error.exceptions))
    return not isinstance(error, _ENDS)


@contextmanager
def refusing_strays(whose: str) -> Iterator[None]:
    """Make an error of what only a story may say.  Raises: Stray."""
    try:
        yield
    except BaseException as error:
        if not is_stray(error):
            raise
        stray = Stray(f"{whose}: {named(error)}: only a story may end its test")
        raise stray.with_traceback(error.__traceback__) from error


def named(error: BaseException) -> str:
    """Return an exception as Python shows it, with the name of its type, which not all show.

    >>> named(LookupError("nothing"))
    "LookupError('nothing')"
    """
    kind, said = type(error).__name__, without_addresses(repr(error))
    return said if kind in said else f"{kind}({said})"
