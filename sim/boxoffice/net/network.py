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
from boxoffice.net.calls import Call, CallFault, fail, settle, telling
from boxoffice.net.errors import Answered as Answered
from boxoffice.net.errors import LinkError as LinkError
from boxoffice.net.errors import Lost as Lost
from boxoffice.net.errors import Refused as Refused
from boxoffice.net.host import Host, Life
from boxoffice.net.legs import Legs
from boxoffice.net.pushes import Lane, Pushes
from boxoffice.net.struck import is_swallowed, tell
from boxoffice.net.unheard import leave_under_way
from boxoffice.trace.trace import Trace

T = TypeVar("T")

CLUSTER_S: Final = (0.0002, 0.0008)  # least and mean further latency one way, inside a cluster
INTERNET_S: Final = (0.005, 0.015)  # least and mean latency one way, from a person to the gateway


class Network:
    """All links.  `fault_for` is asked of every call, and `done` told of each that had its effect.

    Of a message that nobody answers it is told as soon as that is sent, save for what a server
    pushes, of which it is told nothing.  `travel_to` gives what carries messages to a host.
    """

    def __init__(self, loop: SimLoop, randomness: Randomness, trace: Trace) -> None:
        self.loop = loop
        self.trace = trace
        self.fault_for: Callable[[Call], CallFault | None] = lambda call: None
        self.done: Callable[[Call], None] | None = None
        self.travel_to: Callable[[Host], Callable[..., object]] = lambda host: loop.call_later
        self.calls = 0
        self.overdue = 0  # requests under way that nobody waits for any more
        self.legs = Legs()
        self.met: dict[tuple[str, str], None] = {}  # who has called whom
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
        ways = (network.travel_to(host) for host in (target, source.host))
        self._go, self._come = map(network.legs.counted, ways)

    def in_order(self) -> Lane:
        """Return a way to the target on which no message overtakes another."""
        there, up = self._there, lambda: self._target.up
        latency_s = partial(self._latency_s, there)
        return Lane(self._loop, self._go, self._sent, latency_s, up, self._target)

    def pushes(self) -> Pushes:
        """Return the way by which the target sends to this life of the source unasked."""
        life, latency_s = self._source, (self._least_s, 1.0 / self._rate)
        to = (self._target.life, life.host, latency_s, self._timeout_s, self._back, self._there)
        other, back, come = Link(self._network, *to), self._back, self._come

        def fault(verb: str, about: str) -> CallFault | None:
            return other._fault(other._call(verb, about), one_way=True)

        lane = Lane(self._loop, come, fault, lambda: self._latency_s(back), lambda: life.alive)
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
        refuse: Callable[[str, bool], T | Awaitable[T]] | None = None,
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
        fault = self._fault(call)
        if self._source.held is not None:  # a fault has paused it just before the call
            await asyncio.sleep(0)  # which ends when it wakes
        self._source.check()  # or has ended it
        if fault is not None and fault.says and refuse is not None:
            effect, fault.says = partial(refuse, fault.says, fault.done), ""
        if self._network.done is not None:
            effect = telling(effect, partial(self._network.done, call))
        if fault is not None and fault.lose_request:
            self._stay_silent(answer)
        elif fault is not None and fault.unheard_s is not None:
            self._stay_silent(answer)
            late = self._network, self._target, effect, fault
            answer.add_done_callback(lambda it: leave_under_way(*late))
        else:
            delay_s = self._latency_s(self._there) + (fault.request_delay_s if fault else 0.0)
            self._go(delay_s, self._arrive, effect, answer, fault)
        return await answer

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Carry a message one way.  It has its effect later, or never if it is lost."""
        self._source.check()
        fault = self._sent(verb, about)
        if fault is None or not (fault.lose_request or fault.lose_response):
            delay_s = self._latency_s(self._there) + (fault.request_delay_s if fault else 0.0)
            self._go(delay_s, self._have_effect, effect, fault)
        self._source.check()  # a fault may have ended it just after the message

    def _sent(self, verb: str, about: str) -> CallFault | None:
        call = self._call(verb, about)
        fault = self._fault(call, one_way=True)
        self._source.check()
        if self._network.done is not None:
            self._network.done(call)
        return fault

    def _call(self, verb: str, about: str) -> Call:
        source, target = self._source.host, self._target
        return Call(source.name, target.name, verb, about, target.kind, source.service)

    def _fault(self, call: Call, *, one_way: bool = False) -> CallFault | None:
        network = self._network
        network.calls += 1
        network.met[call.source, call.target] = None
        fault = network.fault_for(call)
        if fault is not None:
            if one_way and fault.says and not fault.done:
                fault.lose_request = True  # nobody waits to be told
            if one_way and fault.unheard_s is not None:
                fault.request_delay_s += fault.unheard_s  # nor is there who gives up
                fault.unheard_s = None
            tell(network.trace, call, fault)
        return fault

    def _silence(self) -> Lost:
        # Whichever leg was lost: the caller must not be able to tell.
        lost = Lost(f"{self._target.name} did not answer in time")
        lost.ago_s = self._timeout_s
        return lost

    def _latency_s(self, random: Random) -> float:
        return self._least_s + random.expovariate(self._rate)

    def _have_effect(self, effect: Callable[[], object], fault: CallFault | None) -> None:
        if self._target.life.hold(self._have_effect, effect, fault):
            return
        if self._target.up and not is_swallowed(fault, "request"):
            effect()

    def _arrive(self, effect: Callable[[], Any], answer: Any, fault: CallFault | None) -> None:
        if is_swallowed(fault, "request"):
            return self._stay_silent(answer)
        if self._waits(self._arrive, effect, answer, fault):
            return
        if not self._target.up:
            return self._answer(answer, fault, None, Refused(self._target.name))
        if fault is not None and fault.says and not fault.done:
            return self._answer(answer, fault, None, Answered(fault.says))
        try:
            result = effect()
        except Exception as error:
            return self._answer(answer, fault, None, error)
        if not self._target.up:
            return self._break_off(answer, fault)
        if self._waits(self._had, result, answer, fault):
            return
        self._had(result, answer, fault)

    def _waits(self, go_on: Callable[..., None], it: Any, answer: Any, fault: Any) -> bool:
        """Have a target that is paused go on when it wakes; return whether it is."""
        life = self._target.life

        def awake() -> None:
            if life.alive:  # else whoever waits has been told that it went away
                go_on(it, answer, fault)

        if not life.hold(awake):
            return False
        self._owe(answer, fault)
        self._stay_silent(answer)
        return True

    def _owe(self, answer: asyncio.Future[Any], fault: CallFault | None) -> None:
        life = self._target.life
        life.owed[answer] = partial(self._break_off, answer, fault)
        answer.add_done_callback(lambda it: life.owed.pop(it, None))

    def _had(self, result: Any, answer: asyncio.Future[Any], fault: CallFault | None) -> None:
        if not (inspect.iscoroutine(result) or asyncio.isfuture(result)):
            return self._answer(answer, fault, result, None)
        self._await(result, answer, fault)

    def _await(self, result: Any, answer: asyncio.Future[Any], fault: CallFault | None) -> None:
        self._owe(answer, fault)
        if inspect.iscoroutine(result):
            work: asyncio.Future[Any] = self._target.spawn(result)
        else:
            work = asyncio.ensure_future(result, loop=self._loop)
            # A client that goes away leaves nobody to answer; a request under way goes on.
            answer.add_done_callback(lambda it: work.cancel())
        work.add_done_callback(lambda it: self._finished(it, answer, fault))

    def _finished(
        self, work: asyncio.Future[Any], answer: asyncio.Future[Any], fault: CallFault | None
    ) -> None:
        if self._target.life.hold(self._finished, work, answer, fault):
            return
        if work.cancelled():  # the target crashed, or the client went away; either has been told
            return
        error = work.exception()
        self._answer(answer, fault, None if error else work.result(), error)

    def _answer(
        self, answer: Any, fault: CallFault | None, result: Any, error: BaseException | None
    ) -> None:
        delay_s = self._latency_s(self._back)
        if fault is not None:
            if fault.says and error is None:
                error = Answered(fault.says)
            if fault.lose_response or is_swallowed(fault, "response"):
                return self._stay_silent(answer)
            delay_s += fault.response_delay_s
            if fault.way is not None:
                self._come(delay_s, self._come_back, answer, fault, result, error)
                return
        if error is not None:
            self._come(delay_s, fail, answer, error)
        else:
            self._come(delay_s, settle, answer, result)

    def _break_off(self, answer: Any, fault: CallFault | None) -> None:
        gone = Lost(f"{self._target.name} went away")
        self._loop.call_later(CLUSTER_S[0], self._come_back, answer, fault, None, gone)

    def _come_back(
        self, answer: Any, fault: CallFault | None, result: Any, error: BaseException | None
    ) -> None:
        if answer.done():  # its caller is gone, or has given up
            return
        if is_swallowed(fault, "response"):
            self._stay_silent(answer)
        elif error is not None:
            fail(answer, error)
        else:
            settle(answer, result)

    def _stay_silent(self, answer: Any) -> None:
        wait = self._network.legs.counted(self._loop.call_later)
        wait(self._timeout_s, fail, answer, self._silence())
