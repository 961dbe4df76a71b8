"""Repetition: what is asked for twice is done once, and answered alike."""

from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.exchanges import SIGN_IN, Exchange, exchanges, id_in, path_of
from scenarios.shop.checks.words import moment, short

# What says nothing of what was asked for: who asks, how often, and what the shop cannot now.
BESIDE: Final = (0, 401, 408, 413, 429)
Stores = dict[tuple[str, str], Exchange]  # by what was asked for, its first good answer


def answered_alike(evidence: Evidence) -> Finding:
    """Take each payment, cancellation and account: once it is there, it stays the same one."""
    firsts: Stores = {}
    overs = [it for it in evidence.of_kind("failover") if it.host in ("orders-db", "payments-db")]
    tested, breaches = False, list[Breach]()
    for it in exchanges(evidence):
        for what, about, result in _asked(it):
            first = firsts.get((what, about))
            if first is not None and not _is_undone(first, it, overs):
                tested = True
                breaches += _unlike(what, about, result, first, it)
            elif it.succeeded:
                firsts[what, about] = it
    return Finding(tested, breaches)


def _asked(it: Exchange) -> Iterator[tuple[str, str, str]]:
    """Yield what was asked for, about what, and what came of it: the id of a thing, or a status."""
    if it.status >= 500 or it.status in BESIDE:
        return
    body = it.body if isinstance(it.body, dict) else {}
    if it.call == "POST /api/payments" and "orderId" in it.asked and it.status != 403:
        yield "payment for order", str(it.asked["orderId"]), str(body.get("id", it.said))
    elif order := id_in(it.call, "DELETE /api/orders"):
        yield "cancellation of order", order, str(it.status)
    elif path_of(it.request) in SIGN_IN and it.succeeded:
        yield "account", str(body.get("email")), str(body.get("id"))


def _is_undone(first: Exchange, it: Exchange, overs: list[TraceEvent]) -> bool:
    # What was only looked at may have been taken back by a fail-over.
    return any(first.request.number < over.number < it.response.number for over in overs)


def _unlike(what: str, about: str, now: str, first: Exchange, it: Exchange) -> Iterator[Breach]:
    [was] = [result for _, _, result in _asked(first)]
    if now == was or (it.user != first.user and what != "account"):
        return
    if not it.succeeded:
        if first.status == 202 or it.request.number < first.response.number:
            return  # it was not known yet what would come of it
        if it.status == 400 and first.asked != it.asked:
            return  # another card may make no sense
    yield Breach(
        f"{what} {_readable(about)}: {first.request.host} was answered {_readable(was)} at "
        f"{moment(first.response.at_us)}, and asked again, {_readable(now)} at "
        f"{moment(it.response.at_us)}",
        [*first.numbers, *it.numbers],
    )


def _readable(result: str) -> str:
    return short(result) if len(result) == 24 and " " not in result else result
