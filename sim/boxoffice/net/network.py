"""Links between hosts.  A call is three moments: the request travels, has its effect, is answered.

Lose the request and nothing happened.  Lose the response and it happened, but the caller cannot
know.  Latencies are what interleaves: each direction of each link draws its own.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar

from boxoffice.clock.loop import SimLoop
from boxoffice.clock.randomness import Random, Randomness
from boxoffice.net.calls import Call, Fate, telling
from boxoffice.net.host import Host, Life
from boxoffice.net.pushes import Lane, Pushes
from boxoffice.trace.trace import Trace

T = TypeVar("T")

CLUSTER_S: Final = (0.0002, 0.0008)  # least and mean further latency one way, inside a cluster
INTERNET_S: Final = (0.005, 0.015)  # least and mean latency one way, from a person to the gateway


class LinkError(Exception):
    """The call was not answered."""


class Lost(LinkError):
    """No answer in time.  Whether the call had its effect cannot be known."""


class Refused(LinkError):
    """Nobody listens there.  The call had no effect."""


class Answered(LinkError):
    """The server answers with an error of its own; `says` is its code, as on the wire.

    Each client turns it into what its driver raises then.
    """

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


class Network:
    """All links.  `fate_of` is asked about every call, and `done` told of each that had its effect.

    Of a message that nobody answers it is told as soon as that is sent.
    """

    def __init__(self, loop: SimLoop, randomness: Randomness, trace: Trace) -> None:
        self.loop = loop
        self.trace = trace
        self.fate_of: Callable[[Call], Fate | None] = lambda call: None
        self.done: Callable[[Call], None] | None = None
        self.calls = 0
        self._randomness = randomness

    def link(
        self,
        source: Life,
        target: Host,
        latency_s: tuple[float, float] = CLUSTER_S,
        timeout_s: float = 5.0,
    ) -> "Link":
        """Return the link by which one life of a host reaches another host."""
        there = self._randomness.stream(f"{source.host.name}->{target.name}")
        back = self._randomness.stream(f"{target.name}->{source.host.name}")
        return Link(self, source, target, latency_s, timeout_s, there, back)


class Link:
    """From one life of a host to another host."""

    def __init__(
        self,
        network: Network,
        source: Life,
        target: Host,
        latency_s: tuple[float, float],
        timeout_s: float,
        there: Random,
        back: Random,
    ) -> None:
        self._network = network
        self._loop = network.loop
        self._source = source
        self._target = target
        self._least_s, mean_s = latency_s
        self._rate = 1.0 / mean_s
        self._timeout_s = timeout_s
        self._there = there
        self._back = back

    def in_order(self) -> Lane:
        """Return a way to the target on which no message overtakes another."""
        there, up = self._there, lambda: self._target.up
        return Lane(self._loop, self._sent, lambda: self._latency_s(there), up)

    def pushes(self) -> Pushes:
        """Return the way by which the target sends to this life of the source unasked."""
        life, latency_s = self._source, (self._least_s, 1.0 / self._rate)
        to = (self._target.life, life.host, latency_s, self._timeout_s, self._back, self._there)
        other, back = Link(self._network, *to), self._back

        def fate(verb: str, about: str) -> Fate | None:
            return other._fate(other._call(verb, about), one_way=True)

        lane = Lane(self._loop, fate, lambda: self._latency_s(back), lambda: life.alive)
        return Pushes(lane, life, self._target)

    @property
    def reachable(self) -> bool:
        """Whether somebody listens at the other end."""
        return self._target.up

    async def call(
        self,
        verb: str,
        about: str,
        effect: Callable[[], T | Awaitable[T]],
        refuse: Callable[[str, bool], T] | None = None,
    ) -> T:
        """Carry a request, run `effect` at the target, carry the answer back.

        An effect that is a coroutine runs as a task of the target; a future is waited for there.
        A server that remembers its refusals is told of one by `refuse(says, done)`, which returns
        its answer; any other has `Answered` raised for it.
        Raises: Lost, Refused, Answered, and whatever the effect raises.
        """
        self._source.check()
        answer: asyncio.Future[T] = self._loop.create_future()
        call = self._call(verb, about)
        fate = self._fate(call)
        self._source.check()  # a fault may have ended it just before the call
        if fate is not None and fate.says and refuse is not None:
            effect, fate.says = partial(refuse, fate.says, fate.done), ""
        if self._network.done is not None:
            effect = telling(effect, partial(self._network.done, call))
        if fate is not None and fate.lose_request:
            self._loop.call_later(self._timeout_s, fail, answer, self._silence())
        else:
            delay_s = self._latency_s(self._there) + (fate.request_delay_s if fate else 0.0)
            self._loop.call_later(delay_s, self._arrive, effect, answer, fate)
        return await answer

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Carry a message one way.  It has its effect later, or never if it is lost."""
        self._source.check()
        fate = self._sent(verb, about)
        if fate is None or not (fate.lose_request or fate.lose_response):
            delay_s = self._latency_s(self._there) + (fate.request_delay_s if fate else 0.0)
            self._loop.call_later(delay_s, self._have_effect, effect, fate)
        self._source.check()  # a fault may have ended it just after the message

    def _sent(self, verb: str, about: str) -> Fate | None:
        call = self._call(verb, about)
        fate = self._fate(call, one_way=True)
        self._source.check()
        if self._network.done is not None:
            self._network.done(call)
        return fate

    def _call(self, verb: str, about: str) -> Call:
        source, target = self._source.host, self._target
        return Call(source.name, target.name, verb, about, target.kind, source.service)

    def _fate(self, call: Call, *, one_way: bool = False) -> Fate | None:
        network = self._network
        network.calls += 1
        fate = network.fate_of(call)
        if fate is not None:
            if one_way and fate.says and not fate.done:
                fate.lose_request = True  # nobody waits to be told
            record = network.trace.record
            told: dict[str, Any] = {"to": call.target, "verb": call.verb, "about": call.about}
            if fate.lose_request or fate.lose_response:
                record(
                    call.source, "lost", **told, leg="request" if fate.lose_request else "response"
                )
            elif _is_swallowed(fate, "request"):
                fate.lose_request = True
            elif fate.says:
                record(call.source, "answered", **told, says=fate.says)
            elif fate.way is None or fate.request_delay_s or fate.response_delay_s:
                delay_s = round(fate.request_delay_s + fate.response_delay_s, 6)
                record(call.source, "late", **told, s=delay_s)
        return fate

    def _silence(self) -> Lost:
        # Whichever leg was lost: the caller must not be able to tell.
        return Lost(f"{self._target.name} did not answer in time")

    def _latency_s(self, random: Random) -> float:
        return self._least_s + random.expovariate(self._rate)

    def _have_effect(self, effect: Callable[[], object], fate: Fate | None) -> None:
        if self._target.up and not _is_swallowed(fate, "request"):
            effect()

    def _arrive(self, effect: Callable[[], Any], answer: Any, fate: Fate | None) -> None:
        if _is_swallowed(fate, "request"):
            return self._stay_silent(answer)
        if not self._target.up:
            return self._answer(answer, fate, None, Refused(self._target.name))
        if fate is not None and fate.says and not fate.done:
            return self._answer(answer, fate, None, Answered(fate.says))
        try:
            result = effect()
        except Exception as error:
            return self._answer(answer, fate, None, error)
        if not self._target.up:
            return self._break_off(answer, fate)
        if not (inspect.iscoroutine(result) or asyncio.isfuture(result)):
            return self._answer(answer, fate, result, None)
        self._await(result, answer, fate)

    def _await(self, result: Any, answer: asyncio.Future[Any], fate: Fate | None) -> None:
        life = self._target.life
        life.owed[answer] = partial(self._break_off, answer, fate)
        answer.add_done_callback(lambda it: life.owed.pop(it, None))
        if inspect.iscoroutine(result):
            work: asyncio.Future[Any] = self._target.spawn(result)
        else:
            work = asyncio.ensure_future(result, loop=self._loop)
            # A client that goes away leaves nobody to answer; a request under way goes on.
            answer.add_done_callback(lambda it: work.cancel())
        work.add_done_callback(lambda it: self._finished(it, answer, fate))

    def _finished(
        self, work: asyncio.Future[Any], answer: asyncio.Future[Any], fate: Fate | None
    ) -> None:
        if work.cancelled():  # the target crashed, or the client went away; either has been told
            return
        error = work.exception()
        self._answer(answer, fate, None if error else work.result(), error)

    def _answer(
        self, answer: Any, fate: Fate | None, result: Any, error: BaseException | None
    ) -> None:
        delay_s = self._latency_s(self._back)
        if fate is not None:
            if fate.says and error is None:
                error = Answered(fate.says)
            if fate.lose_response or _is_swallowed(fate, "response"):
                return self._stay_silent(answer)
            delay_s += fate.response_delay_s
            if fate.way is not None:
                self._loop.call_later(delay_s, self._come_back, answer, fate, result, error)
                return
        if error is not None:
            self._loop.call_later(delay_s, fail, answer, error)
        else:
            self._loop.call_later(delay_s, settle, answer, result)

    def _break_off(self, answer: Any, fate: Fate | None) -> None:
        gone = Lost(f"{self._target.name} went away")
        self._loop.call_later(CLUSTER_S[0], self._come_back, answer, fate, None, gone)

    def _come_back(
        self, answer: Any, fate: Fate | None, result: Any, error: BaseException | None
    ) -> None:
        if answer.done():  # its caller is gone, or has given up
            return
        if _is_swallowed(fate, "response"):
            self._stay_silent(answer)
        elif error is not None:
            fail(answer, error)
        else:
            settle(answer, result)

    def _stay_silent(self, answer: Any) -> None:
        self._loop.call_later(self._timeout_s, fail, answer, self._silence())


def _is_swallowed(fate: Fate | None, leg: str) -> bool:
    return fate is not None and fate.way is not None and fate.way.swallows(leg)


def settle(answer: asyncio.Future[T], result: T) -> None:
    """Give a result to whoever still waits for it."""
    if not answer.done():
        answer.set_result(result)


def fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    """Give an error to whoever still waits."""
    if not answer.done():
        answer.set_exception(error)
