"""A loop that does not call yet what somebody holds back."""

from collections.abc import Callable
from contextvars import Context, copy_context
from typing import TYPE_CHECKING

from boxoffice.clock.handles import Handle

if TYPE_CHECKING:  # whoever declares a system needs no loop yet
    from boxoffice.clock.loop import SimLoop


def hold_back(loop: "SimLoop", holds: Callable[[Handle], bool]) -> None:
    """From now on let `holds` take what is to be called soon; `loop.call_again` is for later."""

    def call_soon(
        callback: Callable[..., object], *args: object, context: Context | None = None
    ) -> Handle:
        handle = Handle(callback, args, copy_context() if context is None else context)
        if not holds(handle):
            loop.call_again([handle])
        return handle

    # Of this loop alone: there are very many calls, and hardly any loop holds back any.
    loop.call_soon = loop.call_soon_threadsafe = call_soon  # type: ignore[method-assign]
