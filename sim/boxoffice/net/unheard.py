"""Requests that arrive when their caller has given up."""

import asyncio
import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from boxoffice.net.calls import CallFault
from boxoffice.net.host import Host
from boxoffice.net.struck import is_swallowed

if TYPE_CHECKING:
    from boxoffice.net.network import Network


def leave_under_way(
    network: "Network", target: Host, effect: Callable[[], Any], fault: CallFault
) -> None:
    """Let a request arrive so long after its caller has given up as its fault says."""
    assert fault.unheard_s is not None
    network.overdue += 1
    network.loop.call_later(fault.unheard_s, _arrive, network, target, effect, fault)


def _arrive(network: "Network", target: Host, effect: Callable[[], Any], fault: CallFault) -> None:
    network.overdue -= 1
    refused = fault.says and not fault.done
    if not (refused or is_swallowed(fault, "request") or target.life.hold(_have, target, effect)):
        _have(target, effect)


def _have(target: Host, effect: Callable[[], Any]) -> None:
    if not target.up:
        return
    with suppress(Exception):  # which is told to nobody, and so is an answer
        result = effect()
        if inspect.iscoroutine(result):
            target.spawn(result).add_done_callback(_heard)
        elif asyncio.isfuture(result):
            result.cancel()  # a server does not wait for the sake of a client that has gone


def _heard(work: asyncio.Future[Any]) -> None:
    if not work.cancelled():
        work.exception()  # which is nobody's to hear
