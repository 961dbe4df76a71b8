"""What a learner is asked to write: a production function, or another, and how it is attacked."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import getattr_static
from typing import Any

from boxoffice import Outcome
from boxoffice.faults import Fault
from boxoffice.trace import Trace, Violation
from scenarios.lab.shop import Shop
from scenarios.lab.words import wrapped
from scenarios.shop.checks import Invariant

Story = Callable[[Shop], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(ABC):
    """What a learner is asked to write, and what is made of the answer.

    `checks` are judged after each run.  `returns` tells whether a result makes sense and `gives`
    says what would; `may_raise` are the errors that belong to the function's job.  `reasons` has,
    for each invariant that may fall, what it means for the learner's function; `invariant: words`
    is for the breaches of it that are told in these words, and comes first.  Printed, it is its
    task.
    """

    name: str
    notebook: int
    task: str
    checks: Sequence[Invariant]
    reasons: Mapping[str, str]
    returns: Callable[[Any], bool]
    gives: str
    may_raise: tuple[type[Exception], ...] = ()

    def __str__(self) -> str:
        return wrapped(self.task)

    def reason(self, breach: Violation) -> str:
        """Return what a breach means for the learner's function, or nothing."""
        told = (
            why
            for key, why in self.reasons.items()
            if (words := key.removeprefix(f"{breach.invariant}: ")) != key
            and words in breach.message
        )
        return next(told, self.reasons.get(breach.invariant, ""))

    @abstractmethod
    def production(self) -> Callable[..., Any]:
        """Return a function that is called as the learner's is to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise(Task):
    """A function of production to be written anew.

    `target` is `module:function` or `module:Class.method`, as for a broken twin; `story` is played
    with `services` running and `faults` striking, once for each seed.
    """

    target: str
    story: Story
    services: Sequence[str]
    faults: Sequence[Fault]
    window_s: int = 900

    def production(self) -> Callable[..., Any]:
        """Return the function that runs in production."""
        module, _, path = self.target.partition(":")
        found: Any = import_module(module)
        for part in path.split("."):
            found = getattr_static(found, part)
        production: Callable[..., Any] = found
        return production


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzle(Task):
    """A function that stands in no shop: `shape` is called as it is, and `play` plays one run.

    `play` is given the function, a seed, and what is to be told of the run's trace before the
    function is called for the first time.  What `is_told` is told in lines, and not drawn.
    """

    shape: Callable[..., Any]
    play: Callable[[Callable[..., Any], int, Callable[[Trace], None]], Outcome]
    is_told: bool = False

    def production(self) -> Callable[..., Any]:
        """Return a function that is called as the learner's is to be."""
        return self.shape
