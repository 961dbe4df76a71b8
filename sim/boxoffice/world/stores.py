"""Collections by their names, `database.collection`: those that are there, and those mistyped."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from boxoffice.faults.slips import NEAR, likeness
from boxoffice.misuse import Misuse
from boxoffice.nearest import only_counted

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


def meant(name: str, known: Iterable[str]) -> str:
    """Return the collection that was meant by a name which is none; "" if none comes near.

    >>> meant("inventory.reservation", ["inventory.stock", "inventory.reservations"])
    'inventory.reservations'
    """
    near = {it: likeness(name, it) for it in known if not only_counted(name, it)}
    best = max(near, key=lambda it: near[it], default="")
    return best if best and near[best] >= NEAR else ""


def slip(name: str, known: Iterable[str], asked: Iterable[str]) -> str:
    """Return in words that a name was mistyped; "" where it need not be.

    What has been asked for by its own name was hardly meant by another.
    """
    there = list(known)
    near = "" if name in there else meant(name, there)
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
        near = [it for it in databases if likeness(database, it) >= NEAR]
        if near and database not in databases:
            said = f"no service has a database {database!r}; did you mean {near[0]!r}?"
            raise NoSuchStore(f"secrets: {said}")
    for name in world.asked:
        said = slip(name, known, world.asked)
        if said:
            raise NoSuchStore(f"world.documents({name!r}): {said}")


def untouched(world: "World") -> list[str]:
    """Return the collections that were looked into in a run and never written or read."""
    known = touched(world)
    return [it for it in dict.fromkeys((*world.asked, *world.judged_by)) if it not in known]
