"""checkov, which knows what has gone wrong for others, says nothing that we have not weighed."""

from collections import Counter
from collections.abc import Mapping
from fnmatch import fnmatch

from pytest import TempPathFactory, fixture

from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import containers, title
from tests.deploy.kubernetes.faults import deployment
from tests.deploy.kubernetes.installation import Installations
from tests.deploy.kubernetes.linting import lint

LINTED = (
    Combination("local", options=("monitoring",)),
    Combination("production", options=("keda", "monitoring")),
    Combination("production", options=("gateway",)),
    Combination("production", outside=("nats", "mongo", "redis")),
    Combination("local", options=("collector",)),
    Combination("production", options=("collector",)),
    Combination("production", options=("audit",)),
)
# A check's number and the resources that it is not held against, with the reason.
SKIPPED: Mapping[tuple[str, str], str] = {
    ("CKV_K8S_43", "*"): "a tag says which version it is; who builds the images knows the digests",
    ("CKV_K8S_15", "*"): "a pinned tag means one image, also on a node that can reach no registry",
    ("CKV_K8S_35", "Deployment.*"): "the services' settings are their environment, by contract",
    (
        "CKV_K8S_35",
        "CronJob.*.audit",
    ): "a URL among its arguments would be in the list of processes",
    ("CKV_K8S_35", "StatefulSet.*.nats"): "NATS takes a password for its file from there alone",
    ("CKV_K8S_35", "StatefulSet.*.redis"): "redis-cli takes the password for its probes from there",
    ("CKV_K8S_40", "*.mongo*"): "the image's own files belong to its user, 999",
    ("CKV_K8S_38", "Job.*.draw-secrets"): "it has to ask the API server to make secrets",
}


BROKEN = "broken-on-purpose"


@fixture(scope="module")
def failed(installations: Installations, tmp_path_factory: TempPathFactory) -> list[dict[str, str]]:
    """Return each check that failed; one run for all, because it is slow to start."""
    privileged = deployment(installations.complete(Combination("production")))
    containers(privileged)[0]["securityContext"]["privileged"] = True
    manifests = {str(each): installations.built[each] for each in LINTED}
    return lint({**manifests, BROKEN: [privileged]}, tmp_path_factory.mktemp("linted"))


@fixture(scope="module")
def found(failed: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Return the number of each check that failed on what we install, and its resource."""
    ours = (each for each in failed if BROKEN not in each["file_path"])
    return {(each["check_id"], each["resource"]) for each in ours}


def test_checkov_finds_nothing_that_is_not_skipped_for_a_reason(
    found: set[tuple[str, str]], tally: Counter[str]
) -> None:
    tally["combinations linted"] += len(LINTED)
    tally["lint checks skipped for a reason"] += len(SKIPPED)
    assert {each for each in found if not any(_is(each, skipped) for skipped in SKIPPED)} == set()


def test_nothing_is_skipped_in_vain(found: set[tuple[str, str]]) -> None:
    assert [each for each in SKIPPED if not any(_is(one, each) for one in found)] == []


def test_what_is_linted_holds_every_document(installations: Installations) -> None:
    linted = {title(each) for which in LINTED for each in installations.built[which]}
    assert {title(each) for each in installations.distinct()} - linted == set()


def test_checkov_notices_a_privileged_container(failed: list[dict[str, str]]) -> None:
    names = {each["check_name"] for each in failed if BROKEN in each["file_path"]}
    assert "Container should not be privileged" in names


def _is(found: tuple[str, str], skipped: tuple[str, str]) -> bool:
    return found[0] == skipped[0] and fnmatch(found[1], skipped[1])
