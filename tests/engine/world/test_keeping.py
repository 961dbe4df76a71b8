"""Where a run's events are kept: in memory, in a file as it is played, or nowhere."""

from dataclasses import replace
from functools import cache

from pytest import fixture, mark, raises

from boxoffice import Verdict, faults
from boxoffice.errors import Misuse
from boxoffice.trace import load
from boxoffice.trace.events import CHUNK
from boxoffice.trace.excerpts import drawable, excerpt
from boxoffice.trace.trace import Trace
from boxoffice.trace.untold import NoTrace
from boxoffice.views import summary_line, timeline_of, verdict_lines, write_report
from boxoffice.views.failure import failure
from tests.engine.toys import warehouse
from tests.engine.world.test_system import SECOND_LOOK

WISHES = 80


def busy():
    """Return a system and a story of a few thousand events."""
    system = warehouse()

    @system.story(faults=[faults.duplicates(share=0.5)])
    async def rush(world):
        """Very many want one book."""
        ann = world.client("Ann")
        await ann.post("/stock", json={"sku": "book", "count": 3 * WISHES - 30})
        for round in range(4):
            wishes = (ann.post("/reservations", json={"id": f"{round}-{n}"}) for n in range(WISHES))
            await world.together(*wishes)
            await world.passes(seconds=5)

    return system, rush


def played(**options):
    system, story = busy()
    return system.run(story, seed=4, **options)


@cache
def in_memory(bug=None):
    return played(bug=bug)


@fixture
def file(tmp_path):
    return tmp_path / "rush.trace"


@mark.parametrize("bug", [None, SECOND_LOOK])
def test_a_streamed_run_is_the_same_run_judged_alike(file, bug):
    outcome = played(trace=file, bug=bug)
    assert len(outcome.trace.events) > 2 * CHUNK
    assert outcome.trace.sha256() == in_memory(bug).trace.sha256()
    assert list(outcome.trace.events) == list(in_memory(bug).trace.events)
    assert outcome.judgements == in_memory(bug).judgements
    assert outcome.counts == in_memory(bug).counts
    assert outcome.verdict is (Verdict.VIOLATED if bug else Verdict.HOLDS)


def test_a_file_is_read_as_the_run_it_was(file, tmp_path):
    told = played(trace=str(file), bug=SECOND_LOOK)
    again = load(file)
    assert list(again.trace.events) == list(told.trace.events)
    assert again.as_json() == told.as_json()
    assert again.judgements == told.judgements
    assert again.trace.vocabulary == told.trace.vocabulary
    assert failure(again) == failure(told)
    told = replace(told, again=None)  # what is in a file cannot be played again: it has no looks
    assert (
        write_report([again], tmp_path / "a").read_bytes()
        == write_report([told], tmp_path / "b").read_bytes()
    )


def test_a_run_that_was_cut_short_is_undecided_and_read_as_far_as_it_was_written(file):
    whole = played(trace=file)
    file.write_bytes(file.read_bytes()[:-4_000])
    again = load(file)
    count = len(again.trace.events)
    assert (again.verdict, count % CHUNK) == (Verdict.UNDECIDED, 0)
    assert list(again.trace.events) == whole.trace.events[:count]
    assert CHUNK <= count < len(whole.trace.events)


def test_what_is_no_such_file_is_told_in_a_line(file):
    with raises(Misuse, match="cannot read"):
        load(file)
    file.write_bytes(b"{}")
    with raises(Misuse, match="is no trace that was streamed"):
        load(file)
    with raises(Misuse, match="cannot write"):
        played(trace=file / "below")


def test_a_file_that_cannot_be_written_any_more_ends_the_run_in_a_line(file, monkeypatch):
    from boxoffice.trace.file import InFile

    def full(self, tag, data):
        self._failed = OSError(28, "No space left on device")

    monkeypatch.setattr(InFile, "_write", full)
    with raises(Misuse, match=r"cannot write .*: No space left on device"):
        played(trace=file)


def test_without_a_trace_whatever_asks_for_one_is_undecided_and_says_so(tmp_path):
    outcome = played(trace=False)
    found = {it.invariant: (it.verdict, it.untested) for it in outcome.judgements}
    assert found == {
        "not-negative": (Verdict.UNDECIDED, "no trace was kept of this run"),
        "shipped": (Verdict.HOLDS, ""),
        "story": (Verdict.HOLDS, ""),
    }
    assert outcome.verdict is Verdict.UNDECIDED
    assert outcome.as_json()["trace_sha256"] is None
    assert failure(outcome) == "undecided: not-negative: no trace was kept of this run"
    assert "undecided" in summary_line(outcome).plain
    assert verdict_lines(outcome).row_count
    assert timeline_of(outcome)
    assert write_report([outcome], tmp_path / "report.html").exists()
    for asking in (list, len, lambda events: events[0]):
        with raises(NoTrace):
            asking(outcome.trace.events)


def test_what_the_end_shows_is_violated_without_a_trace_as_well():
    system, story = busy()

    @system.finally_("nothing is ever reserved")
    def idle(end):
        assert not end.ids("inventory.reservations")

    assert system.run(story, trace=False).verdict is Verdict.VIOLATED


def test_a_run_is_played_twice_with_each_trace_in_a_file(file):
    assert played(trace=file, twice=True).verdict is Verdict.HOLDS
    assert [it.name for it in file.parent.iterdir()] == [file.name]
    with raises(Misuse, match="keep them"):
        played(trace=False, twice=True)


def test_a_world_that_is_held_open_streams_as_well(file):
    system, _ = busy()
    with system.world(seed=4, trace=file) as world:
        world.do(world.client("Ann").post("/stock", json={"sku": "book", "count": 1}))
        told = list(world.world.trace.events)
    assert list(load(file).trace.events) == told


def test_an_excerpt_is_a_run_of_its_own_with_what_its_events_go_back_to():
    outcome = in_memory(SECOND_LOOK)
    proof = outcome.violations[0].events[-1]
    part = excerpt(outcome, proof - 200, proof + 1)
    events = part.trace.events
    assert [it.number for it in events] == list(range(len(events)))
    assert 200 < len(events) < 600
    assert events[part.violations[0].events[-1]].fields == outcome.trace.events[proof].fields
    for event in events:
        assert event.cause is None or event.cause < event.number
        if event.kind == "response":
            assert events[event["request"]].kind == "request"


def test_an_excerpt_has_the_partition_that_a_call_was_lost_in():
    outcome = in_memory()
    trace = Trace(lambda: 0.0)
    cut = trace.record("keeper", "partition", hosts=["keeper"], others=None)
    for _ in range(5):
        trace.record("porter", "log", what="waits")
    trace.record("porter", "lost", to="keeper", partition=cut.number)
    part = excerpt(replace(outcome, trace=trace, judgements=[]), 6, 7)
    assert [(it.kind, it.get("partition")) for it in part.trace.events] == [
        ("partition", None),
        ("lost", 0),
    ]


def test_of_a_run_that_is_too_long_to_draw_the_part_before_the_breach_is_drawn():
    outcome = in_memory(SECOND_LOOK)
    part = drawable(outcome, most=100)
    last = outcome.violations[0].events[-1]
    assert part.summary.endswith(
        f"(events {last - 99:,} to {last:,} of {len(outcome.trace.events):,})"
    )
    assert part.trace.events[-1].at_us == outcome.trace.events[last].at_us
    assert drawable(outcome) is outcome
