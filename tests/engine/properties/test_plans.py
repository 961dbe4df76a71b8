"""Fault plans that Hypothesis draws from what a system has."""

import subprocess
import sys
from contextlib import suppress

import httpx
from hypothesis import HealthCheck, Phase, find, given, settings
from pytest import mark, raises

from boxoffice import System, faults
from boxoffice.faults.targets import NoSuchTarget
from boxoffice.properties import fault_plans
from boxoffice.properties.kinds import KINDS
from boxoffice.properties.targets import VERBS
from tests.engine.toys import warehouse

PATTERNS = {
    "subjects": ["work.*"],
    "consumers": ["courier"],
    "writes": ["reservations.insert_one"],
}


def everything():
    """Return a system that has a server of each kind, and a service in two replicas."""
    system = System("everything")
    servers = {"mongo": "documents", "nats": "broker", "redis": "cache", "stripe": "bank"}
    system.service("front", lambda drivers: idle(), replicas=2, **servers)
    system.service("back", lambda drivers: idle(), mongo="others")
    return system


async def idle():
    pass


def test_every_kind_of_fault_can_be_drawn():
    known = {make.__name__ for make in KINDS}
    assert known == set(faults.__all__) - {"Fault", "When", "fault_of"}


@mark.parametrize("make", KINDS, ids=lambda it: it.__name__)
def test_a_plan_of_a_kind_can_be_pasted_and_opens_a_world(make):
    system = everything()

    @given(fault_plans(system, kinds=[make], max_size=1, **PATTERNS))
    @settings(max_examples=20)
    def pasted(plan):
        again = eval(repr(plan), {"faults": faults})
        assert repr(again) == repr(plan)
        assert [it.when for it in again] == [it.when for it in plan]
        system.open(0, plan).end()

    pasted()


def test_patterns_and_hosts_are_those_of_the_system():
    seen = set()

    @given(fault_plans(everything(), kinds=[faults.crashes, faults.delays], **PATTERNS))
    @settings(max_examples=100)
    def drawn(plan):
        seen.update(word for fault in plan for word in repr(fault).split("'")[1::2])

    drawn()
    assert {"front", "front-2", "back", "work.*", "courier", "reservations.insert_one"} <= seen
    assert seen <= {
        *("front", "front-2", "back", "documents", "others", "broker"),
        *("work.*", "courier", "reservations.insert_one"),
        *("write", "stored", "delivered", "acked", "charge", "request"),
    }


def test_without_patterns_a_crash_is_aimed_at_a_drivers_call_too():
    seen = set()

    @given(fault_plans(warehouse(), kinds=[faults.crashes], max_size=1))
    @settings(max_examples=100)
    def drawn(plan):
        seen.update(fault.when.of for fault in plan if fault.moment)

    drawn()
    assert {"mongo.insert_one", "nats.ack"} <= seen
    assert seen <= {f"{kind}.{it}" for kind in ("mongo", "nats") for it in VERBS[kind]}


def test_what_a_system_lacks_is_not_struck():
    system = System("pages")
    system.service("front", lambda drivers: idle(), redis="cache")
    seen = set()

    @given(fault_plans(system))
    @settings(max_examples=200)
    def drawn(plan):
        seen.update(fault.expression.partition("(")[0] for fault in plan)

    drawn()
    assert {"faults.read_only", "faults.crashes", "faults.lost_requests"} <= seen
    assert not {"faults.duplicates", "faults.failing_over", "faults.poison"} & seen


def test_a_kind_that_finds_nothing_to_strike_is_an_error():
    with raises(ValueError, match="nothing in pages can be struck by duplicates"):
        fault_plans(System("pages"), kinds=[faults.duplicates])


def test_a_kind_that_is_none_is_an_error_that_names_those_there_are():
    with raises(ValueError, match="no kind of fault that can be drawn; these are: crashes, "):
        fault_plans(everything(), kinds=[faults.When])


async def a_day(world):
    """Somebody wants a book, and bears with what goes wrong."""
    ann = world.client("Ann")
    with suppress(httpx.TransportError):
        await ann.post("/stock", json={"sku": "book", "count": 5})
        await ann.post("/reservations", json={"id": "r1"})


def test_a_drawn_fault_that_finds_nothing_to_strike_is_an_example_less():
    system = warehouse()
    story = system.story()(a_day)
    seen = {"nowhere": 0, "courier": 0}
    patterns = {"subjects": ["work.*", "no.such"], "consumers": ["courier", "nowhere"]}

    @given(fault_plans(system, kinds=[faults.delays, faults.duplicates], max_size=1, **patterns))
    @settings(max_examples=30, derandomize=True, suppress_health_check=list(HealthCheck))
    def drawn(plan):
        system.run(story, faults=plan)
        for name in seen:
            seen[name] += f"at='{name}'" in repr(plan)

    drawn()
    assert seen["nowhere"] == 0
    assert seen["courier"] > 0


def test_a_pasted_plan_says_what_it_cannot_strike():
    system = warehouse()
    pasted = eval("[faults.delays(at='courer')]", {"faults": faults})
    with raises(NoSuchTarget, match="there is no consumer 'courer'; did you mean 'courier'"):
        system.run(system.story()(a_day), faults=pasted)


def test_a_violation_is_told_though_a_drawn_fault_struck_nothing():
    system = warehouse()
    story = system.story()(a_day)
    lost = faults.crashes("inventory", of="reservations.insert_one")
    delays = fault_plans(system, kinds=[faults.delays], consumers=["nowhere"], max_size=1)
    told = lambda plan: plan and system.run(story, faults=[*plan, lost]).violations  # noqa: E731
    assert find(delays, told, settings=settings(max_examples=20, phases=[Phase.generate]))


def test_a_drawn_plan_finds_a_bug_and_shrinks_to_what_it_takes():
    system = warehouse()
    story = system.story()(a_day)
    few = settings(max_examples=30, phases=[Phase.generate, Phase.shrink])
    plans = fault_plans(
        system, kinds=[faults.crashes], writes=["reservations.insert_one"], max_size=1
    )
    fails = lambda plan: bool(system.run(story, faults=plan).violations)  # noqa: E731
    plan = find(plans, fails, settings=few)
    [crash] = plan
    assert repr(crash).startswith("faults.crashes('inventory', on='write'")
    pasted = eval(repr(plan), {"faults": faults})
    [violation] = system.run(story, faults=pasted).violations
    assert violation.message == "never shipped: ['r1']"


def test_a_base_install_lacks_hypothesis_alone():
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "from boxoffice import System, fake_jetstream\n"
        "import boxoffice.properties"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    said = done.stderr.strip().splitlines()[-1]
    assert said == (
        "ModuleNotFoundError: boxoffice.properties needs Hypothesis: install boxoffice[hypothesis]"
    )
