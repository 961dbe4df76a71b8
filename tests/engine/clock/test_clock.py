from datetime import UTC, datetime

from bson import ObjectId

from boxoffice.clock.clock import EPOCH, HostClock, HostIds, as_datetime
from boxoffice.clock.randomness import Randomness


def test_a_world_begins_in_2030_and_its_clocks_count_from_there():
    assert HostClock(lambda: 0.0).now() == datetime(2030, 1, 1, tzinfo=UTC)
    assert HostClock(lambda: 90.5).now() == datetime(2030, 1, 1, 0, 1, 30, 500_000, tzinfo=UTC)
    assert as_datetime(EPOCH.timestamp() + 0.25).microsecond == 250_000


def test_a_host_may_be_wrong_about_the_time():
    late = HostClock(lambda: 10.0, skew_s=-3.0)
    assert late.now() == HostClock(lambda: 7.0).now()


def test_ids_are_like_mongodbs_and_later_ones_sort_after_earlier_ones():
    moments = iter([0.0, 0.0, 1.0, 900.0])
    ids = HostIds(HostClock(lambda: next(moments)), Randomness(0).stream("ids"))
    drawn = [ids.object_id() for _ in range(4)]
    assert drawn == sorted(set(drawn))
    assert [ObjectId(id).generation_time.timestamp() - EPOCH.timestamp() for id in drawn] == [
        0,
        0,
        1,
        900,
    ]


def test_ids_and_secrets_depend_on_the_seed_and_the_host():
    def drawn(seed, host):
        ids = HostIds(HostClock(lambda: 0.0), Randomness(seed).stream(host))
        return ids.object_id(), ids.secret(16)

    assert drawn(0, "orders") == drawn(0, "orders")
    for other in (drawn(1, "orders"), drawn(0, "tickets")):
        assert not set(other) & set(drawn(0, "orders"))
    assert len(drawn(0, "orders")[1]) == 16
