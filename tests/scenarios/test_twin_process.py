"""A service as a process with one defence taken away."""

from inspect import unwrap

import pytest

from scenarios.zoo import TWINS
from scenarios.zoo import __main__ as process
from services import __main__ as service
from services.common.aggregate import Aggregates


@pytest.fixture
def run(monkeypatch):
    """Run the command line up to the service; return what was in place meanwhile."""
    met = []

    def main(words):
        met.append((words, Aggregates.insert))
        return 0

    monkeypatch.setattr(service, "main", main)
    return lambda *words: (process.main(words), met)


def test_the_twin_is_in_place_while_the_service_runs(run):
    real = Aggregates.insert
    status, [(words, inserted)] = run("no-outbox", "orders", "--port", "0")
    assert (status, words) == (0, ["orders", "--port", "0"])
    assert unwrap(inserted) is TWINS["no-outbox"].stand_in  # what counts its calls is around it
    assert Aggregates.insert is real


@pytest.mark.parametrize("words", [(), ("no-such-twin", "orders")])
def test_a_name_that_no_twin_has_is_refused_in_one_line(run, capsys, words):
    assert run(*words) == (2, [])
    said = capsys.readouterr().err
    assert said.startswith(
        f"there is no twin '{words[0] if words else ''}'; there are {', '.join(TWINS)}"
    )
    assert said.count("\n") == 1
