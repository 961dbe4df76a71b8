"""The arm, as a fixture: `told(story)` plays a story with it.

"served" is the fake in another process, behind MongoDB's own protocol.  It needs no real server,
and what the fake is known not to do it does not do either.

`@mark.differs(arm, reason)` says that an arm is known not to do what MongoDB does.  The case has
to fail there, so that the list in docs/fidelity-documents.md stays true.
"""

import os
from functools import partial

import pytest

from tests.conformance.documents.arms import Arm, told_to_fake, told_to_server
from tests.real.servers import mongo_server, mongo_url

__all__ = ["mongo_server", "mongo_url"]
FAKES = {"served": "fake"}  # whose answers an arm gives


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "differs(arm, reason): this arm is not like MongoDB here")


@pytest.fixture(
    params=["fake", "served", pytest.param("mongo-java-server", marks=pytest.mark.real)]
)
def told(request: pytest.FixtureRequest) -> Arm:
    """Play a story with the fake, with the fake in another process, and with a real server."""
    answers_like = FAKES.get(request.param, request.param)
    for mark in request.node.iter_markers("differs"):
        if mark.args[0] == answers_like and not _is_a_mongod(request.param):
            request.applymarker(pytest.mark.xfail(reason=mark.args[1], strict=True))
    if request.param == "fake":
        return told_to_fake
    if request.param == "served":
        return partial(told_to_server, request.getfixturevalue("served")["mongo"])
    return partial(told_to_server, request.getfixturevalue("mongo_url"))


def _is_a_mongod(arm: str) -> bool:
    # With MONGO_URL the same cases run on MongoDB itself, where none may fail.
    return arm == "mongo-java-server" and "MONGO_URL" in os.environ
