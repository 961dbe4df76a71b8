"""What no run can bring is refused before it, by name: calls, hosts, servers, and pairs of them."""

from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System, faults
from boxoffice.faults.targets import NoSuchTarget
from tests.engine.toys.depot import depot


def refused(system, fault):
    with raises(NoSuchTarget) as told:
        system.open(0, [fault])
    said = str(told.value)
    assert said.startswith(f"{fault}: ")
    assert "\n" not in said
    return said.removeprefix(f"{fault}: ")


@mark.parametrize(
    ("fault", "said"),
    [
        (faults.slow_calls(of="frobnicate"), "there is no method 'frobnicate'; there are GET, "),
        (faults.slow_calls(of="mongo.frobnicate"), "there is no method 'mongo.frobnicate'; "),
        (faults.lost_requests(of="updat_one"), "no 'updat_one'; did you mean 'update_one'?"),
        (faults.lost_requests(of="mongo.updat_one"), "did you mean 'mongo.update_one'?"),
        (faults.lost_requests(of="shelf.updat_one"), "did you mean 'shelf.update_one'?"),
        (faults.lost_requests(of="stock-db.updat_one"), "did you mean 'stock-db.update_one'?"),
        (faults.lost_responses(of="redis.sett"), "did you mean 'redis.set'?"),
        (faults.lost_responses(of="PSOT"), "did you mean 'POST'?"),
        (faults.refusals("503", of="nats.publsh"), "did you mean 'nats.publish'?"),
        (faults.failovers(of="insert_on"), "did you mean 'insert_one'?"),
        (faults.read_only(of="stt"), "there is no 'stt'; did you mean "),
        (faults.no_storage(of="pubish"), "did you mean 'publish'?"),
        (faults.unconfirmed(of="insert"), "did you mean 'insert_one'?"),
        (faults.stripe_timeouts(of="chrage"), "did you mean 'charge'?"),
        (faults.stripe_errors(of="payment_intents.create"), "did you mean 'create'?"),
        (faults.stripe_errors(of="frobnicate"), "; there are charge, refund, create, update, "),
        (faults.crashes("keeper", after="nats.frobnicate"), "; there are publish, fetch, ack, "),
        (faults.crashes("keeper", after="stock.insrt_one"), "did you mean 'stock.insert_one'?"),
        (faults.departures("keeper", before="redis.sett"), "did you mean 'redis.set'?"),
        (faults.crashes("keeper", of="stock.insrt_one"), "did you mean 'stock.insert_one'?"),
        (faults.crashes("keeper", of="frobnicate"), "there is no method 'frobnicate'; "),
    ],
    ids=str,
)
def test_a_call_that_no_driver_has_is_named_with_the_nearest_or_with_those_there_are(fault, said):
    assert said in refused(depot(), fault)


@mark.parametrize(
    ("fault", "said"),
    [
        (faults.slow_calls(at="zzz"), "there is no host 'zzz'; there are books-db, keeper, "),
        (faults.slow_calls(of="get", at="rediss"), "no host 'rediss'; did you mean 'redis'?"),
        (faults.stripe_busy(at="strip"), "there is no host 'strip'; did you mean 'stripe'?"),
        (faults.crashes("keeper", at="stock-dv"), "host 'stock-dv'; did you mean 'stock-db'?"),
        (faults.lost_requests(of="redis.get", by="zzz"), "there is no caller 'zzz'; there are "),
        (faults.lost_requests(of="redis.get", by="Ann"), "there is no caller 'Ann'; there are "),
        (faults.crashes("porter", after="redis.get", by="porte"), "did you mean 'porter'?"),
        (faults.poison(at="zzz"), "there is no host 'zzz'; "),
        (faults.skews("kepper", by_s=1.0), "service's host 'kepper'; did you mean 'keeper'?"),
    ],
    ids=str,
)
def test_a_host_or_a_caller_that_is_nowhere_is_named_with_the_nearest(fault, said):
    assert said in refused(depot(), fault)


@mark.parametrize(
    ("fault", "said"),
    [
        (
            faults.slow_calls(of="redis.get", at="stock-db"),
            "'redis.get' is no call to 'stock-db', but one to 'redis'",
        ),
        (
            faults.slow_calls(of="publish", at="keeper"),
            "'publish' is no call to 'keeper', but one to 'nats' or 'redis'",
        ),
        (
            faults.lost_requests(of="GET", at="nats"),
            "'GET' is no call to 'nats', but one to 'keeper' or 'porter'",
        ),
        (
            faults.failing_over(of="fetch"),
            "'fetch' is no call to 'stock-db' or 'books-db', but one to 'nats'",
        ),
        (faults.failing_over(at="redis"), "no server there is a mongo"),
        (
            faults.crashes("redis", after="nats.publish"),
            "'redis' neither makes nor answers 'nats.publish'; 'nats' answers it",
        ),
        (
            faults.departures("stock-db", before="books-db.update_one"),
            "'stock-db' neither makes nor answers 'books-db.update_one'; 'books-db' answers it",
        ),
        (
            faults.crashes("keeper", at="redis"),
            "a write is at 'stock-db' or 'books-db', and never at 'redis'",
        ),
        (faults.poison(at="redis"), "a stored is at 'nats', and never at 'redis'"),
    ],
    ids=str,
)
def test_a_pair_of_which_only_the_halves_are_possible_is_refused(fault, said):
    assert refused(depot(), fault) == said


@mark.parametrize(
    ("fault", "said"),
    [
        (faults.slow_calls(of="mongo.find"), "there is no 'mongo.find': no server is a mongo"),
        (faults.lost_writes(), "no server there is a redis"),
        (faults.stripe_errors(), "no server there is a stripe"),
        (faults.crashes("front", on="refund"), "there is no 'refund', for no server is a stripe"),
        (faults.crashes("front", on="acked"), "there is no 'acked', for no server is a nats"),
        (faults.crashes("front"), "there is no 'write', for no server is a mongo"),
        (faults.poison(), "there is no 'stored', for no server is a nats"),
        (
            faults.crashes("front", on="mail"),
            "there is no 'mail', for no server is of a kind of your own",
        ),
        (faults.duplicates(), "there are no messages, for no server is a nats"),
        (faults.gaps(of="work.*"), "there are no messages, for no server is a nats"),
    ],
    ids=str,
)
def test_what_belongs_to_a_kind_of_server_that_is_not_there_is_refused(fault, said):
    system = System("pages")
    system.service("front", lambda drivers: FastAPI(), route="/")
    assert refused(system, fault) == said


@mark.parametrize(
    "fault",
    [
        faults.slow_calls(of="find*"),
        faults.slow_calls(of="*.update_one"),
        faults.slow_calls(of="a.collection.insert_one"),
        faults.slow_calls(of="keeper.insert_one"),  # a collection may be called like anything
        faults.slow_calls(of="consumer.*", at="nats"),
        faults.slow_calls(of="nats.stream.create"),
        faults.slow_calls(of="POST", by="stripe"),
        faults.slow_calls(of="keeper.GET", by="Ann"),
        faults.slow_calls(of="redis.del"),
        faults.slow_calls(of="hgetall"),
        faults.slow_calls(of="mes*", at="keeper", by="nats"),
        faults.crashes("nats", after="keeper.message"),
        faults.crashes("stock-db", after="mongo.insert_one"),
        faults.crashes("redis", after="nats.publish", by="keeper"),
        faults.crashes("porter", of="*update*"),
        faults.crashes("porter", after="GET"),
    ],
    ids=str,
)
def test_what_some_run_may_bring_is_not_refused(fault):
    depot().open(0, [fault])


def test_a_server_of_ones_own_kind_is_called_as_it_likes():
    system = depot()
    system.server("press", lambda trace: None)
    for of in ("print", "press.print", "pr*"):
        system.open(0, [faults.slow_calls(of=of)])
    said = refused(system, faults.slow_calls(of="print", at="nats"))
    assert said == "'print' is no call to 'nats', but one to 'press'"
