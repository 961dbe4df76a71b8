"""A twin of the services does what the machine cannot, and the machine says what instead."""

from pytest import mark

from boxoffice import run
from boxoffice.faults import replicas
from scenarios.catalogue import scenario_named, twin_named

TWINS = {
    ("late-cancel", "no-holder-check"): (
        "by order.cancelled of 00a5d8 version 2, it would be version 5 ($45.00, held by order"
    ),
    ("two-orders-cross", "no-fencing"): "by order.created of ",
}


@mark.parametrize(("story", "twin"), TWINS)
def test_a_service_without_a_defence_does_what_the_contract_cannot(story, twin):
    found = run(scenario_named(story), seed=0, bug=twin_named(twin)).violations
    said = [it.message for it in found if it.invariant == "follows-the-contract"]
    assert said, "nothing was found"
    assert TWINS[story, twin] in said[0]


def test_a_service_of_two_processes_follows_the_contract():
    found = run(scenario_named("late-cancel"), seed=0, faults=[replicas(count=2)])
    verdicts = {it.invariant: str(it.verdict) for it in found.judgements}
    assert verdicts["follows-the-contract"] == "holds"
