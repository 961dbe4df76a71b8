"""The network policies are those that the code asks for, today."""

from k8s.policies import files
from tests.deploy.kubernetes.building import MANIFESTS


def test_every_policy_file_is_as_the_code_would_write_it() -> None:
    written = files()
    assert written
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, "run: python -m k8s.policies"


def test_no_policy_file_is_left_that_the_code_does_not_write() -> None:
    assert set(MANIFESTS.rglob("policies.yaml")) == set(files())
