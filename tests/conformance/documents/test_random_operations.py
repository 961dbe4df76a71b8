"""The same random operations on the fake and on a real server; every answer is compared.

Only what the repositories say is said here, in any order and on any state.  The known differences
in docs/fidelity-documents.md are kept out of it.
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.errors import PyMongoError
from pytest import mark

from tests.conformance.documents.arms import told_to_fake, told_to_server

pytestmark = mark.real
EXAMPLES = 100
IDS = st.sampled_from("abc")
VERSIONS = st.integers(0, 2)
TICKETS = st.sampled_from("tu")
ENTRIES = st.lists(st.fixed_dictionaries({"id": st.sampled_from("xyz")}), max_size=2)
FIELDS = {"held_ticket": TICKETS, "user_id": st.sampled_from(["ana", "ben"]), "note": st.none()}
STATE = {
    "version": VERSIONS,
    "ticket": st.fixed_dictionaries({"id": TICKETS}),
    "hold": st.integers(1, 4),
    "outbox": ENTRIES,
}
STATES = st.fixed_dictionaries(STATE, optional=FIELDS)
DOCUMENTS = st.fixed_dictionaries({"_id": IDS} | STATE, optional=FIELDS)
ONES = st.fixed_dictionaries({"_id": IDS}, optional={"version": VERSIONS})
FILTERS = st.one_of(
    ONES,
    st.just({"outbox.id": {"$exists": True}}),
    st.fixed_dictionaries({"ticket.id": TICKETS}),
    st.fixed_dictionaries({"held_ticket": TICKETS | st.just({"$exists": False}) | st.none()}),
    st.fixed_dictionaries({"user_id": st.just("ana"), "_id": st.just({"$gt": "a"})}),
    st.fixed_dictionaries({"_id": IDS, "hold": st.just({"$lte": 2})}),
)
UPDATES = st.one_of(
    st.fixed_dictionaries(
        {"$set": st.fixed_dictionaries({"version": VERSIONS, "hold": st.integers(1, 4)})},
        optional={
            "$unset": st.dictionaries(st.sampled_from(["held_ticket", "note"]), st.just("")),
            "$push": st.fixed_dictionaries({"outbox": st.fixed_dictionaries({"$each": ENTRIES})}),
        },
    ).filter(lambda update: update.get("$unset", True)),
    st.fixed_dictionaries({"$set": st.fixed_dictionaries({"held_ticket": TICKETS})}),
    st.fixed_dictionaries(
        {"$pull": st.fixed_dictionaries({"outbox": st.fixed_dictionaries({"id": st.just("x")})})}
    ),
    st.fixed_dictionaries({"$inc": st.fixed_dictionaries({"version": st.just(1)})}),
)
PROJECTIONS = st.sampled_from([None, {"outbox": 0}, {"outbox": 1}, {"hold": 1, "held_ticket": 1}])
STEPS = st.one_of(
    st.tuples(st.just("insert_one"), DOCUMENTS),
    st.tuples(st.just("update_one"), ONES, UPDATES),
    st.tuples(st.just("replace_one"), ONES, STATES),
    st.tuples(st.just("delete_one"), st.fixed_dictionaries({"_id": IDS})),
    st.tuples(st.just("find"), FILTERS, PROJECTIONS, st.integers(0, 2)),
    st.tuples(st.just("find_one"), st.fixed_dictionaries({"_id": IDS}), PROJECTIONS),
    st.tuples(st.just("count_documents"), FILTERS),
)


async def perform(documents, step):
    """Do one step; return what it says, or how it is refused."""
    verb, *words = step
    try:
        if verb == "find":
            search, fields, limit = words
            return await documents.find(search, fields).sort("_id", 1).limit(limit).to_list()
        answer = await getattr(documents, verb)(*words)
    except PyMongoError as error:
        return type(error).__name__
    counts = ("inserted_id", "matched_count", "modified_count", "deleted_count")
    seen = {name: getattr(answer, name) for name in counts if hasattr(answer, name)}
    return seen or answer


def played(steps):
    """Return a story of all answers to `steps`, and what is stored after them."""

    async def story(shop):
        documents = shop.documents
        await documents.create_index("held_ticket", unique=True, sparse=True)
        await documents.create_index([("ticket.id", 1), ("hold", 1)], unique=True)
        await documents.create_index("outbox.id", sparse=True)
        answers = [await perform(documents, step) for step in steps]
        return answers, await documents.find({}).sort("_id", 1).to_list()

    return story


@settings(max_examples=EXAMPLES)
@given(steps=st.lists(STEPS, min_size=10, max_size=30))
def test_random_operations_have_the_same_answers(mongo_url, steps):
    expected = told_to_fake(played(steps))
    assert told_to_server(mongo_url, played(steps)) == expected
