"""How the deeds of a storm are done: each person's one after another, or in tabs at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from boxoffice import Deed
from scenarios.answers import GaveUp
from scenarios.workload import accounts, buying, flooding, looking, operating, selling, strangers
from scenarios.workload.patron import Patron
from scenarios.workload.scene import Scene

if TYPE_CHECKING:
    from scenarios.town import Town

Do = Callable[[Scene, Patron, Any], Awaitable[None]]

VERBS: Final[Mapping[str, Do]] = {
    do.__name__: do
    for do in (
        selling.lists,
        selling.edits,
        selling.edits_as_seen,
        selling.edits_blindly,
        selling.retitles,
        selling.stays,
        buying.orders,
        buying.orders_another,
        buying.pays,
        buying.pays_later,
        buying.cancels_later,
        buying.cancels,
        buying.wavers,
        buying.collects,
        buying.hoards,
        buying.looks,
        buying.outlasts,
        buying.looks_through,
        accounts.comes_back,
        accounts.forgets,
        accounts.resets,
        accounts.tries,
        accounts.outstays,
        accounts.guesses,
        accounts.signs_up,
        accounts.mistypes,
        accounts.pesters,
        strangers.besieges,
        strangers.sprays,
        flooding.floods,
        operating.replays,
        operating.inspects,
        operating.gives_back,
        operating.spoils,
        looking.reads,
        looking.browses,
        looking.meddles,
        looking.scribbles,
        looking.knocks,
        looking.errs,
        looking.babbles,
    )
}


async def play(town: "Town") -> None:
    """Let everybody come, and do what they do.  Raises: what the first has raised."""
    scene, by_person = Scene(town, town.deeds), dict[str, list[Deed]]()
    for deed in town.deeds:
        by_person.setdefault(deed.who, []).append(deed)
    await _all(scene.patron(name).arrives() for name in by_person)
    await _all(_does(scene, name, deeds) for name, deeds in by_person.items())


async def _does(scene: Scene, name: str, deeds: Sequence[Deed]) -> None:
    who, clock = scene.patron(name), asyncio.get_running_loop()
    due_s = clock.time()
    try:
        for together in at_once(deeds):
            # By the clock, and not since the last was done, so that people meet in one instant.
            due_s += together[0].after_s
            await asyncio.sleep(max(0.0, due_s - clock.time()))
            await _all(VERBS[deed.does](scene, who, deed.what) for deed in together)
    finally:
        for deed in deeds:
            if deed.does == "lists":  # or whoever wants what is not listed any more waits for ever
                scene.listed(deed.what["seat"], None)


def at_once(deeds: Iterable[Deed]) -> list[list[Deed]]:
    """Return groups of deeds, each of which is done at once: what is done in a tab joins the last.

    >>> deeds = [Deed("Ana", "pays"), Deed("Ana", "cancels", {"tab": 2}), Deed("Ana", "looks")]
    >>> [[deed.does for deed in each] for each in at_once(deeds)]
    [['pays', 'cancels'], ['looks']]
    """
    groups: list[list[Deed]] = []
    for deed in deeds:
        if groups and "tab" in deed.what:
            groups[-1].append(deed)
        else:
            groups.append([deed])
    return groups


async def _all(doing: Iterable[Awaitable[None]]) -> None:
    # To the end, whatever somebody finds: nothing goes on once a storm is over.
    ended = await asyncio.gather(*doing, return_exceptions=True)
    for error in ended:
        # A storm may be longer than anybody's patience; what is left undone then is told by others.
        if isinstance(error, BaseException) and not isinstance(error, GaveUp):
            raise error
