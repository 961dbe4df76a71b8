"""Several processes of a service, in a story that was written for one."""

from pytest import mark, raises

from boxoffice import run
from boxoffice.faults import crashes, fault_of, replicas
from boxoffice.faults.targets import NoSuchTarget
from boxoffice.world.tape import Tape
from tests.engine.faults.letters import a_day, post


def hosts(*plan, **how):
    system, begun = post(), []
    outcome = run(system.story()(a_day), 0, None, plan, begun=begun.append, **how)
    assert not outcome.violations, outcome.violations
    return [*begun[0].hosts], outcome


@mark.parametrize(
    ("plan", "there"),
    [
        ([], ["desk", "postman"]),
        ([replicas()], ["desk", "desk-2", "postman", "postman-2"]),
        ([replicas("desk", 3)], ["desk", "desk-2", "desk-3", "postman"]),
        ([replicas("post*"), crashes("postman-2", on="acked")], ["desk", "postman", "postman-2"]),
    ],
    ids=str,
)
def test_so_many_hosts_run_a_service(plan, there):
    found, outcome = hosts(*plan)
    assert found == there
    assert all(it.times for it in outcome.faults)


def test_what_is_left_out_of_a_run_that_is_made_smaller_runs_once():
    fault = fault_of("replicas(desk, 3)")
    assert hosts(fault, tape=Tape(strikes={}))[0] == ["desk", "postman"]
    assert hosts(fault, tape=Tape(strikes={0: frozenset([0])}))[0][1] == "desk-2"


def test_a_service_that_is_not_there_is_named_with_what_comes_near():
    with raises(NoSuchTarget, match="there is no service 'dek'; did you mean 'desk'"):
        hosts(replicas("dek"))
    with raises(ValueError, match="count must be 1 or more"):
        replicas(count=0)
