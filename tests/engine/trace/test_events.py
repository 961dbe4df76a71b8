"""A long trace is packed, and nobody who reads it can tell."""

import itertools
import random
from hashlib import sha256

import pytest

from boxoffice.trace.events import CHUNK, Events, of_kind
from boxoffice.trace.trace import Trace

KINDS = ("write", "stored", "request")
LENGTHS = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 4 * CHUNK + 7)


def told(count, short=CHUNK, odd=None):
    """Record so many events; one of them has a value that cannot be packed."""
    clock = itertools.count()
    trace, chance = Trace(lambda: next(clock), events=Events(short=short)), random.Random(1)
    for number in range(count):
        more = {"odd": odd} if odd is not None and number == 5 else {}
        trace.record(
            f"host {number % 3}", chance.choice(KINDS), number - 1 or None,
            subject="said", after={"n": number, "of": [("a", number)]}, **more,
        )  # fmt: skip
    return trace


@pytest.mark.parametrize("count", LENGTHS)
def test_a_packed_trace_is_read_as_a_list_is(count):
    events, plain = told(count).events, list(told(count, short=10**9).events)
    assert list(events) == plain
    assert len(events) == count
    assert [events[at] for at in range(0, count, 97)] == plain[::97]
    assert [events[at] for at in range(-1, -count - 1, -97)] == plain[::-97]
    for part in (slice(3, 9), slice(None, None, 500), slice(-5, None), slice(CHUNK - 2, CHUNK + 2)):
        assert list(events[part]) == plain[part]
    for kinds in (KINDS, KINDS[:2], KINDS[1:2], ("nothing",)):
        assert list(events.of_kind(*kinds)) == [it for it in plain if it.kind in kinds]
    with pytest.raises(IndexError):
        events[count]
    with pytest.raises(IndexError):
        events[-count - 1]


def test_a_packed_trace_has_the_hash_of_its_lines(tmp_path):
    trace, plain = told(3 * CHUNK), told(3 * CHUNK, short=10**9)
    assert trace.sha256() == plain.sha256()
    trace.write(tmp_path / "trace.jsonl")
    assert sha256((tmp_path / "trace.jsonl").read_bytes()).hexdigest() == plain.sha256()


def test_what_cannot_be_packed_stays_as_it_is():
    thing = object()
    trace = told(3 * CHUNK, odd=thing)
    assert trace.events[5]["odd"] is thing
    assert [it.number for it in trace.of_kind("write")] == [
        it.number for it in trace.events if it.kind == "write"
    ]


def test_what_has_happened_so_far_does_not_grow():
    trace = told(2 * CHUNK + 5)
    before = trace.events.so_far()
    plain = list(before)
    for _ in range(3 * CHUNK):  # so that its end is in the middle of a chunk
        trace.record("host", "write")
    assert list(before) == plain == before[:]
    assert (len(before), before[-1]) == (len(plain), plain[-1])
    assert list(of_kind(before, "write")) == [it for it in plain if it.kind == "write"]
    with pytest.raises(IndexError):
        before[len(plain)]


def test_who_reads_while_it_is_being_told_sees_what_comes_meanwhile():
    trace, seen = told(CHUNK), []
    for event in trace.events:
        seen.append(event.number)
        if event.number < 2 * CHUNK:
            trace.record("host", "write")
            trace.record("host", "write")
    assert seen == list(range(len(trace.events)))


def test_a_short_trace_is_not_packed():
    trace = told(CHUNK, short=CHUNK)
    assert trace.events[0] is trace.events[0]
    assert isinstance(trace.events.so_far(), tuple)


def test_nothing_is_kept_of_what_happens_after_the_end():
    trace, heard = told(10), []
    trace.watchers.append(heard.append)
    trace.end()
    numbers = [trace.record("host", "strange", subject="new").number for _ in range(2)]
    assert numbers == [10, 11] == [it.number for it in heard]
    assert len(trace.events) == 10
    assert (list(trace.subjects), "strange" in trace.kinds) == (["said"], False)
