"""The same stories in a world and among real processes: the same verdict."""

from pytest import fixture, mark, param, raises

from boxoffice.faults.schedule import Fault
from boxoffice.real.process import running
from boxoffice.trace.verdict import Verdict
from boxoffice.world.run import run
from scenarios.catalogue import HEADLINES, scenario_named, twin_named
from scenarios.scenario import scenario
from scenarios.shop.checks import INVARIANTS
from scenarios.shop.real.launch import SERVE
from scenarios.shop.stage import CannotBeTold
from scenarios.shop.targets.local import Machine, run_locally
from scenarios.targets import TWINNED
from tests.real.servers import mongo_process, redis_process
from tests.real.tiers import sampled

pytestmark = mark.real

WINDOW_S = 20  # real seconds, which most stories wait for to pass


def is_of_messages(fault):
    return type(fault).alter_delivery is not Fault.alter_delivery


STORIES = [name for name in HEADLINES if all(map(is_of_messages, scenario_named(name).faults))]
# Not among them: `no-unique-hold`, since it takes a race, which real processes lose only now and
# then; `no-refund` and `unheard-version`, since what never comes to rest is waited for in real
# minutes.  That is what a world is for.
TWINS = [
    ("duplicate-delivery", "no-version-check"),
    ("late-cancel", "no-holder-check"),
    ("two-orders-cross", "no-fencing"),
]


@fixture
def given(tmp_path):
    """Real servers beside NATS, empty; Stripe stays ours, since its own mock has no memory."""
    with (
        running(mongo_process(tmp_path)) as mongo,
        running(redis_process(tmp_path, append_only=True)) as redis,
    ):
        yield {
            "MONGO_URL": f"mongodb://{mongo.address}",
            "REDIS_URL": f"redis://{redis.address}",
        }


def verdicts(outcome):
    return {one.invariant: one.verdict for one in outcome.judgements}


def test_seven_stories_can_be_told_to_real_processes():
    assert len(STORIES) == 7


@mark.parametrize("name", sampled(STORIES, every=len(STORIES), real=2))
def test_a_story_has_the_same_verdict_in_a_world_and_among_real_processes(name, given):
    story = scenario_named(name)
    there = run_locally(story, Machine(given, SERVE, window_s=WINDOW_S))
    here = run(story)
    assert (there.violations, there.verdict) == ([], here.verdict)
    about = [check.name for check in story.checks]
    assert [verdicts(there)[it] for it in about] == [verdicts(here)[it] for it in about]
    assert there.counts["faults"] == 0 or there.counts["delivered"] > 0


def test_an_operator_asks_a_service_itself_whatever_the_path(given):
    said = []

    @scenario()
    async def looks(town):
        """Olga asks whether payments is ready."""
        answer = await town.client("Olga", "payments").get("/readyz")
        said.append((answer.status_code, answer.json()))

    there = run_locally(looks, Machine(given, SERVE, window_s=WINDOW_S))
    assert said == [(200, {"status": "ready"})]
    assert [it["to"] for it in there.trace.of_kind("request")] == ["payments"]


@mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")
def test_an_operator_gives_back_by_hand_what_stripe_has_taken(given):
    said = []

    @scenario()
    async def gives_back(town):
        """Olga gives Ana her money back."""
        ana = town.buyer("Ana")
        order = await ana.orders(await town.seller("Sue").lists("Front row", price="45.00"))
        await ana.pays(order)
        said.append(town.paid_cents(order))
        town.give_back(order.id)
        town.give_back(order.id)
        said.append(town.paid_cents(order))

    run_locally(gives_back, Machine(given, SERVE, window_s=WINDOW_S))
    run(gives_back)
    assert said == [45_00, 0] * 2


@mark.parametrize(("name", "bug"), sampled([param(*it) for it in TWINS], every=2, real=2))
def test_a_missing_defence_is_seen_among_real_processes_as_in_a_world(name, bug, given):
    story, twin = scenario_named(name), twin_named(bug)
    machine = Machine(given, (*TWINNED, bug), window_s=WINDOW_S)
    there = run_locally(story, machine, bug=bug)
    here = run(story, bug=twin)
    assert there.verdict is here.verdict is Verdict.VIOLATED
    assert verdicts(there)[twin.invariant] is Verdict.VIOLATED


def test_a_story_that_needs_other_faults_says_so(given):
    with raises(CannotBeTold, match="lost-requests cannot be caused between real processes"):
        run_locally(scenario_named("expiry"), Machine(given))


def test_every_invariant_is_judged(given):
    there = run_locally(scenario_named("purchase"), Machine(given))
    assert list(verdicts(there)) == [*(one.name for one in INVARIANTS), "story"]
