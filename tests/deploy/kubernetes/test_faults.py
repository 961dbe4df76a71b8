"""A manifest that is broken on purpose is noticed, by the check that is meant to."""

from collections import Counter

from pytest import mark, param

from tests.deploy.kubernetes.checks import CHECKS
from tests.deploy.kubernetes.faults import FAULTS, Fault, guarding, running, wiring
from tests.deploy.kubernetes.installation import Installations

ADDED = (guarding, running, wiring)  # each adds its faults when it is imported


@mark.parametrize("fault", [param(each, id=each.name) for each in FAULTS])
def test_a_manifest_broken_on_purpose_is_noticed(
    fault: Fault, installations: Installations, tally: Counter[str]
) -> None:
    documents = installations.complete(fault.combination)
    before = CHECKS[fault.check](documents)
    assert not [each for each in before if fault.says in each]
    fault.change(documents)
    after = CHECKS[fault.check](documents)
    tally["faults noticed"] += 1
    assert [each for each in after if fault.says in each], after


def test_every_check_has_faults_to_notice() -> None:
    assert {fault.check for fault in FAULTS} == set(CHECKS)
