"""The arm, as a fixture: `told(story)` plays a story with it.

`@mark.differs(arm, reason)` says that an arm is known not to do what MongoDB does.  The case has
to fail there, so that the list in docs/fidelity-documents.md stays true.
"""

import os
from functools import partial

import pytest

from tests.conformance.documents.arms import Arm, told_to_fake, told_to_server
from tests.real.servers import mongo_server, mongo_url

__all__ = ["mongo_server", "mongo_url"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "differs(arm, reason): this arm is not like MongoDB here")


@pytest.fixture(params=["fake", pytest.param("mongo-java-server", marks=pytest.mark.real)])
def told(request: pytest.FixtureRequest) -> Arm:
    """Play a story with the fake, and with a real server."""
    for mark in request.node.iter_markers("differs"):
        if mark.args[0] == request.param and not _is_a_mongod(request.param):
            request.applymarker(pytest.mark.xfail(reason=mark.args[1], strict=True))
    if request.param == "fake":
        return told_to_fake
    return partial(told_to_server, request.getfixturevalue("mongo_url"))


def _is_a_mongod(arm: str) -> bool:
    # With MONGO_URL the same cases run on MongoDB itself, where none may fail.
    return arm != "fake" and "MONGO_URL" in os.environ
