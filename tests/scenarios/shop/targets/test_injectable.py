from pytest import mark, raises

from boxoffice import faults
from scenarios.shop.stage import CannotBeTold
from scenarios.shop.targets.injectable import require_background_faults, require_message_faults


@mark.parametrize("fault", [faults.duplicates(), faults.delays(1.0), faults.reorders()])
def test_messages_can_be_tampered_with_between_real_processes(fault):
    require_message_faults([fault])


@mark.parametrize(
    "fault",
    [
        faults.lost_requests(share=0.5),
        faults.lost_responses(),
        faults.slow_calls(),
        faults.stripe_timeouts(),
        faults.crashes("orders"),
        faults.partitions("orders"),
    ],
)
def test_other_faults_are_refused_by_name(fault):
    with raises(CannotBeTold, match=fault.name):
        require_message_faults([faults.duplicates(), fault])


def test_what_strikes_a_share_can_be_left_out():
    rain = [faults.duplicates(share=0.1), faults.crashes("orders", share=0.2)]
    assert require_background_faults(rain) == rain


def test_what_always_strikes_is_part_of_the_plot():
    with raises(CannotBeTold, match="delays cannot be caused from outside"):
        require_background_faults([faults.duplicates(share=0.1), faults.delays(nth=[1])])
