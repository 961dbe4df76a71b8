"""An exception that a service took no care of, told by file and line."""

from traceback import extract_tb, format_exception_only, format_list, walk_tb
from types import TracebackType
from typing import Final

from boxoffice.clock.addresses import without_addresses
from boxoffice.clock.sandbox import is_own
from boxoffice.trace.debugging import keep

MOST: Final = 20  # of one run; who has that many needs no more to begin with


def own_traceback(error: BaseException) -> str:
    """Return a traceback without the frames of libraries, of Python and of the engine.

    The innermost frame is always in it.
    """
    frames = extract_tb(error.__traceback__)
    own = [it for it, theirs in zip(frames, _theirs(error.__traceback__), strict=True) if theirs]
    if frames and frames[-1] not in own:
        own.append(frames[-1])
    lines = [*format_list(own), *format_exception_only(error)]
    return "".join(lines).rstrip()


def _theirs(trace: TracebackType | None) -> list[bool]:
    found = []
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        found.append(is_own(module, trace.tb_frame.f_code.co_filename))
        trace = trace.tb_next
    return found


def raised_at(error: BaseException) -> str:
    """Return module and line of the innermost frame that is no library's.

    It says the same wherever the code lies, since it stands in traces.
    """
    frames = list(walk_tb(error.__traceback__))
    own = [it for it in frames if "site-packages" not in it[0].f_code.co_filename] or frames
    frame, line = own[-1]
    return f"{frame.f_globals.get('__name__', '?')}:{line}"


class Unhandled:
    """The exceptions of one run, the first `MOST` of them, each once."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, host: str, error: BaseException) -> None:
        """Keep an exception of a host, as text: what its frames hold would outlive the run."""
        keep(error)
        said = f"{host} raised:\n{without_addresses(own_traceback(error))}"
        if said not in self.texts and len(self.texts) < MOST:
            self.texts.append(said)
