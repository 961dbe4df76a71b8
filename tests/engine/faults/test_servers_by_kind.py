"""Faults of one kind of server find it under whatever name it has."""

from pytest import mark, raises

from boxoffice import System, faults
from boxoffice.faults.targets import NoSuchTarget

OF_A_KIND = {
    "mongo": [faults.failing_over, faults.locked_out, faults.unconfirmed],
    "nats": [faults.no_storage, faults.no_leader],
    "redis": [faults.read_only, faults.no_memory, faults.lost_writes],
    "stripe": [faults.stripe_errors, faults.stripe_busy, faults.stripe_timeouts],
}
EACH = [(kind, make) for kind, makes in OF_A_KIND.items() for make in makes]
NAMES = {"mongo": "papers", "nats": "wire", "redis": "shelf", "stripe": "bank"}


async def uses_all(drivers):
    """Ask each server for something it may be struck at, and bear with what it says."""
    await drivers.nats.jetstream().add_stream(name="ALL", subjects=["all.*"])
    steps = [
        lambda: drivers.mongo["a"]["b"].insert_one({"_id": 1}),
        lambda: drivers.nats.jetstream().publish("all.news", b"", timeout=1),
        lambda: drivers.redis.set("a", "b"),
        lambda: drivers.stripe.v1.charges.create_async(
            {"amount": 100, "currency": "usd", "source": "tok_visa"}
        ),
    ]
    for step in steps:
        try:
            await step()
        except Exception as error:  # whatever the driver raises
            drivers.log.info("refused", why=type(error).__name__)


def everything():
    system = System("everything")
    system.service("user", uses_all, **NAMES)
    return system


async def passes(world):
    await world.passes(30)


@mark.parametrize(("kind", "make"), EACH, ids=[make.__name__ for _, make in EACH])
def test_a_fault_strikes_every_server_of_its_kind_and_no_other(kind, make):
    system = everything()
    fault = make(from_s=0.0005 if kind == "nats" else 0.0)
    outcome = system.run(system.story(faults=[fault])(passes))
    assert outcome.faults[0].times > 0
    assert not [it for it in outcome.violations if it.invariant == "story"]
    assert fault.offered_at == {NAMES[kind]: None}


@mark.parametrize(("kind", "make"), EACH, ids=[make.__name__ for _, make in EACH])
def test_a_fault_of_a_kind_of_server_that_is_not_there_is_an_error(kind, make):
    system = System("nothing")
    system.service("user", lambda drivers: nobody())
    with raises((NoSuchTarget, ValueError), match=f"no server there is a {kind}|copy to fail"):
        system.open(0, [make()])


async def nobody():
    pass
