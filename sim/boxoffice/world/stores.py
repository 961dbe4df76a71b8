"""Collections by their names, `database.collection`: those that are there, and those mistyped."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from boxoffice.faults.slips import meant
from boxoffice.misuse import Misuse

if TYPE_CHECKING:
    from boxoffice.world.world import World


class NoSuchStore(Misuse):
    """Documents are asked for by a name that nobody has written to, or read from."""


def check_store(name: str) -> None:
    """Let a name pass that can be one of a collection's.  Raises: NoSuchStore."""
    database, _, collection = name.partition(".")
    if not database or not collection:
        raise NoSuchStore(f"{name!r} names no documents: say database.collection")


def touched(world: "World") -> list[str]:
    """Return the collections that services have written, read or made in this run."""
    return list(
        dict.fromkeys(it for store in world.backends.mongo.values() for it in store.touched)
    )


def slip(name: str, known: Iterable[str], asked: Iterable[str]) -> str:
    """Return in words that a name was mistyped; "" where it need not be.

    What has been asked for by its own name was hardly meant by another.

    >>> slip("inventory.reservation", ["inventory.stock", "inventory.reservations"], [])
    "no service has read or written inventory.reservation; did you mean 'inventory.reservations'?"
    """
    there = list(known)
    near = meant(name, there)
    if not near or near in asked:
        return ""
    return f"no service has read or written {name}; did you mean {near!r}?"


def refuse_mistyped(world: "World") -> None:
    """Refuse what the story or what names the restless has looked for in vain, if it was mistyped.

    So is a database whose secrets no trace is to show.  Raises: NoSuchStore.
    """
    known = touched(world)
    databases = dict.fromkeys(it.partition(".")[0] for it in known)
    for database in world.system.secrets:
        if near := meant(database, databases):
            said = f"no service has a database {database!r}; did you mean {near!r}?"
            raise NoSuchStore(f"secrets: {said}")
    for name in world.asked:
        said = slip(name, known, world.asked)
        if said:
            raise NoSuchStore(f"world.documents({name!r}): {said}")


def untouched(world: "World") -> list[str]:
    """Return the collections that were looked into in a run and never written or read."""
    known = touched(world)
    return [it for it in dict.fromkeys((*world.asked, *world.judged_by)) if it not in known]
