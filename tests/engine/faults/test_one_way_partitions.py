"""Partitions in one direction, and links that flap."""

from pytest import mark, raises

from boxoffice import faults
from boxoffice.faults import partitions
from boxoffice.net.network import Lost
from tests.engine.faults.cables import Cables
from tests.engine.faults.letters import a_day, post
from tests.real.tiers import sampled


@mark.parametrize(
    ("host", "one_way", "leg"),
    [
        ("server", "in", "request"),
        ("server", "out", "response"),
        ("client", "out", "request"),
        ("client", "in", "response"),
    ],
)
def test_what_goes_one_way_is_lost_and_what_goes_the_other_arrives(host, one_way, leg):
    cables = Cables(partitions(host, one_way=one_way, from_s=1.0, lasts_s=5.0))
    cables.begins()
    cables.run(cables.later(2.0))
    with raises(Lost):
        cables.call()
    assert [lost["leg"] for lost in cables.trace.of_kind("lost")] == [leg]
    assert len(cables.effects) == (leg == "response")
    assert [it["one_way"] for it in cables.trace.of_kind("partition", "heal")] == [one_way] * 2


@mark.parametrize(("one_way", "arrives"), [("in", False), ("out", True)])
def test_a_message_that_nobody_answers_is_lost_one_way_alone(one_way, arrives):
    cables = Cables(partitions("server", one_way=one_way, from_s=1.0, lasts_s=5.0))
    cables.begins()
    cables.run(cables.later(2.0))
    cables.link.send("ack", "a", cables.effect)
    cables.run(cables.later(3.0))
    assert bool(cables.effects) == arrives


def test_a_link_that_flaps_is_cut_as_often_as_it_is_told_to():
    plan = partitions("server", from_s=1.0, lasts_s=0.2, times=3, every_s=0.5)
    cables = Cables(plan)
    cables.begins()
    cables.run(cables.later(4.0))
    found = [(kind, round(at_s, 3)) for kind, at_s in cables.kinds("partition", "heal")]
    cuts = [("partition", 1.0), ("heal", 1.2), ("partition", 1.5), ("heal", 1.7)]
    assert found == [*cuts, ("partition", 2.0), ("heal", 2.2)]


def test_a_link_that_flaps_is_cut_no_more_once_all_is_healed():
    cables = Cables(partitions("server", from_s=1.0, lasts_s=0.2, times=30))
    cables.begins()
    cables.run(cables.later(2.0))
    cables.faults.heal()
    before = len(cables.kinds("partition"))
    cables.run(cables.later(9.0))
    assert before == len(cables.kinds("partition")) == 3


@mark.parametrize(
    "fault",
    sampled(
        [
            partitions("postman", one_way="out", on="delivered", lasts_s=3.0, share=0.2),
            partitions(
                "postman", others=["wire"], one_way="in", on="write", lasts_s=3.0, share=0.2
            ),
            partitions("desk", on="stored", lasts_s=0.3, times=5, share=0.3),
        ],
        every=3,
    ),
    ids=repr,
)
def test_services_that_ask_again_stand_them(fault):
    for seed in range(2):
        system = post()
        outcome = system.run(system.story()(a_day), seed, faults=[fault], twice=True)
        found = [it for it in outcome.violations if "Timeout" not in it.message]
        assert not found, (seed, found)
        assert outcome.trace.of_kind("partition")


@mark.parametrize(
    ("how", "said"),
    [
        ({"one_way": "left"}, "one_way is 'out' or 'in', not 'left'"),
        ({"times": 0}, "times must be 1 or more"),
        ({"times": 2, "every_s": 5.0}, "every_s must be more than lasts_s, 5.0, not 5.0"),
    ],
)
def test_no_other_way_is_known(how, said):
    with raises(ValueError, match=said):
        faults.partitions("a", **how)
