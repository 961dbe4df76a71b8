"""Fault plans, drawn from what a system has."""

from collections.abc import Sequence

from hypothesis import currently_in_test_context, reject
from hypothesis import strategies as st

from boxoffice.faults import Fault
from boxoffice.properties.kinds import KINDS, Call, Make
from boxoffice.properties.targets import targets_of
from boxoffice.world.system import System


def fault_plans(
    system: System,
    *,
    kinds: Sequence[Make] = (),
    subjects: Sequence[str] = (),
    consumers: Sequence[str] = (),
    writes: Sequence[str] = (),
    max_size: int = 3,
) -> st.SearchStrategy[list[Fault]]:
    """Draw up to `max_size` faults that can strike `system`, for a run or a world.

    They are aimed at its services and servers; where patterns are given, `subjects`, durable
    `consumers` and `writes` such as `reservations.insert_one`, at what these match.  `kinds` are
    functions of `boxoffice.faults`; without any, it is all that the system has something for.  A
    plan shows itself as the Python that makes it, and shrinks to fewer faults, in fewer words.  In
    a test of Hypothesis a run in which one finds nothing to strike is no example.
    Raises: ValueError, for a kind that is none, or finds nothing in the system to strike.

    >>> from boxoffice import System, faults
    >>> system = System("warehouse")
    >>> system.service("inventory", lambda drivers: None, mongo="mongo", nats="nats")
    >>> plans = fault_plans(system, kinds=[faults.crashes], writes=["stock.update_one"])
    >>> from hypothesis import find
    >>> find(plans, lambda plan: plan)
    [faults.crashes('inventory', on='write', of='stock.update_one')]
    """
    targets = targets_of(system, subjects=subjects, consumers=consumers, writes=writes)
    drawn = {make: KINDS[_known(make)](targets) for make in kinds or KINDS}
    aimless = [make.__name__ for make, call in drawn.items() if call is None]
    if kinds and aimless:
        raise ValueError(f"nothing in {system.name} can be struck by {', '.join(aimless)}")
    calls = {make: call for make, call in drawn.items() if call is not None}
    return st.lists(_faults(calls), max_size=max_size)


@st.composite
def _faults(draw: st.DrawFn, calls: dict[Make, st.SearchStrategy[Call]]) -> Fault:
    make = draw(st.sampled_from(list(calls)))
    args, named = draw(calls[make])
    fault = make(*args, **named)
    fault.give_up = _try_another
    return fault


def _try_another() -> None:
    # What one fault strikes, another may have kept from being there.
    if currently_in_test_context():
        reject()


def _known(make: Make) -> Make:
    if make not in KINDS:
        known = ", ".join(it.__name__ for it in KINDS)
        raise ValueError(f"{make!r} is no kind of fault that can be drawn; these are: {known}")
    return make
