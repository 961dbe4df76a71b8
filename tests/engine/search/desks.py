"""A toy for orders: clerks who each go through a list of operations on one ledger, all at once."""

from pymongo.errors import DuplicateKeyError

from boxoffice import System
from boxoffice.net.host import Host
from boxoffice.search import Case, Plan
from boxoffice.search.played import play
from boxoffice.search.strategies.partial.races import by_touches
from boxoffice.search.strategies.partial.search import PartialOrder
from boxoffice.servers.mongo import FakeMongoClient


async def archive(drivers):
    ledger = drivers.mongo["office"]["ledger"]
    await ledger.create_index("only", unique=True, sparse=True)


def desks(lists, left):
    """Return a story in which each list of operations is one clerk's; `left` is told of the end."""
    system = System("desks")
    system.service("archive", archive, mongo="mongo")

    @system.story
    async def a_morning(world):
        """They all begin at once, when the archive has made its index."""
        await world.passes(1.0)
        seen = await world.together(*(clerk(world, nth, it) for nth, it in enumerate(lists)))
        left(world.documents("office.ledger"), seen)

    return a_morning


async def clerk(world, nth, operations):
    host = world.people.setdefault(f"clerk {nth}", Host(f"clerk {nth}", world.loop))
    link = world.network.link(host.life, world.backends.hosts["mongo"])
    ledger = FakeMongoClient(world.backends.mongo["mongo"], link)["office"]["ledger"]
    seen = []
    for verb, *about in operations:
        try:
            seen.append(await VERBS[verb](ledger, seen, *about))
        except DuplicateKeyError as error:
            seen.append(sorted(error.details["keyPattern"]))
    return seen


def searched(lists, depends=by_touches, most=100_000):
    """Play all orders; return all ends that there are, and the strategy."""
    ends, strategy = {}, PartialOrder(depends=depends)

    def left(documents, seen):
        if strategy.begun:
            said = sorted((key, sorted(it.items())) for key, it in documents.items())
            ends[repr((said, seen))] = None

    plan = Plan([Case(desks(lists, left), 0)])
    for turn in strategy.turns(0):
        run = play(plan.of(turn), turn)
        assert run.verdict == "holds", run.said
        strategy.learn(turn, run.went, run.verdict)
        if strategy.runs >= most:
            break
    return set(ends), strategy


# --- operations -----------------------------------------------------------------------------------


async def add(ledger, seen, key):
    done = await ledger.update_one({"_id": key}, {"$inc": {"n": 1}}, upsert=True)
    return done.matched_count


async def look(ledger, seen, key):
    return ((await ledger.find_one({"_id": key})) or {}).get("n", 0)


async def set_next(ledger, seen, key):
    after = {"$set": {"n": (seen[-1] if seen and isinstance(seen[-1], int) else 0) + 10}}
    await ledger.update_one({"_id": key}, after, upsert=True)


async def insert(ledger, seen, key):
    await ledger.insert_one({"_id": key, "n": 100})


async def remove(ledger, seen, key):
    return (await ledger.delete_one({"_id": key})).deleted_count


async def claim(ledger, seen, key):
    await ledger.update_one({"_id": key}, {"$set": {"only": "one"}}, upsert=True)


async def free(ledger, seen, key):
    return (await ledger.update_one({"_id": key}, {"$unset": {"only": ""}})).modified_count


async def names(ledger, seen, key):
    return [it["_id"] for it in await ledger.find({}, {"_id": 1}).to_list()]


async def large(ledger, seen, key):
    return await ledger.count_documents({"n": {"$gt": 1}})


async def claimed(ledger, seen, key):
    found = await ledger.find({"only": "one"}, {"only": 1}).to_list()
    return [it["_id"] for it in found]


async def raise_first(ledger, seen, key):
    found = await ledger.find_one_and_update({"n": {"$gt": 0}}, {"$inc": {"n": 1000}})
    return found and found["n"]


VERBS = {
    it.__name__: it
    for it in (
        add,
        look,
        set_next,
        insert,
        remove,
        claim,
        free,
        names,
        large,
        claimed,
        raise_first,
    )
}
