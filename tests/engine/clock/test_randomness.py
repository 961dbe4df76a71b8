from boxoffice.clock.randomness import Randomness


def test_a_stream_depends_on_the_seed_and_its_name_alone():
    one, two = Randomness(7), Randomness(7)
    two.stream("somebody who came first").random()
    assert one.stream("ana").random() == two.stream("ana").random()
    assert Randomness(7).stream("ben").random() != Randomness(7).stream("ana").random()
    assert Randomness(8).stream("ana").random() != Randomness(7).stream("ana").random()


def test_a_stream_goes_on_from_where_it_was_left():
    whole, parts = Randomness(7).stream("ana"), Randomness(7)
    assert [whole.random() for _ in range(3)] == [parts.stream("ana").random() for _ in range(3)]


def test_seeds_and_names_do_not_run_into_each_other():
    assert Randomness(1).stream("1/a").random() != Randomness(11).stream("/a").random()
    assert Randomness(0).stream("a").random() != Randomness(2**63).stream("a").random()


def test_the_streams_of_a_seed_are_what_they_always_were():
    assert Randomness(0).stream("ana").getrandbits(64) == 3045455525174624484
