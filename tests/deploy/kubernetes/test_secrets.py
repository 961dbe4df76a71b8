"""The Secrets that an operator is told of, and those that are drawn, are those that are read."""

from pytest import mark

from services.common.settings import read
from tests.deploy.kubernetes import brokerage
from tests.deploy.kubernetes.checks.references import wanted
from tests.deploy.kubernetes.checks.settings import environment, served
from tests.deploy.kubernetes.documents import of, workloads
from tests.deploy.kubernetes.installation import Installations
from tests.deploy.kubernetes.secrets import drawn, expected, is_expected, listed


@mark.parametrize("overlay", ["local", "production"])
def test_no_secret_is_asked_for_that_nobody_reads(
    overlay: str, installations: Installations
) -> None:
    there = {
        (secret["metadata"]["name"], key)
        for secret in expected(overlay, "")
        for key in secret["stringData"]
    }
    read_by_somebody = {
        key
        for which, made in installations.built.items()
        if which.overlay == overlay
        for key in _read(made)
    }
    assert there
    assert there - read_by_somebody == set()


def test_what_is_drawn_differs_each_time_and_suits_every_service() -> None:
    first, again = drawn(), drawn.__wrapped__()
    assert first["jwt-key"] != again["jwt-key"]
    documents = brokerage.local()
    for _, service, container in served(documents):
        found = environment(documents, container)
        read(
            service, {name: value or "" for name, value in found.items()}
        )  # or it says what is bad


def test_production_is_told_of_every_secret_that_is_drawn_elsewhere() -> None:
    assert {name: set(held) for name, held in drawn().items()}.items() <= {
        name: set(held) for name, held in listed().items()
    }.items()


def test_no_manifest_holds_a_secret(installations: Installations) -> None:
    assert not [each for made in installations.built.values() for each in of(made, "Secret")]
    assert all(is_expected(each) for each in expected("local", ""))


def _read(documents: list[dict[str, object]]) -> set[tuple[str, str]]:
    found = {
        (name, key)
        for workload in workloads(documents)
        for kind, name, key, _ in wanted(workload)
        if kind == "Secret" and key is not None
    }
    for ingress in of(documents, "Ingress"):
        for each in ingress["spec"].get("tls", ()):
            found |= {(each.get("secretName", ""), key) for key in ("tls.crt", "tls.key")}
    return found
