"""What stands in for bcrypt in a browser's tab can be told from it by nobody but an attacker."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import bcrypt
from pytest import fixture

from services.auth.passwords import rounds_of
from tests.house import tree


@fixture
def weak() -> Any:
    spec = spec_from_file_location("weak", tree.ROOT / "scenarios/play/pyodide/bcrypt.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "weak" not in sys.modules
    return module


def test_it_has_the_shape_of_the_real_one(weak: Any) -> None:
    salt = bcrypt.gensalt(4)
    ours, theirs = weak.hashpw(b"horse", salt), bcrypt.hashpw(b"horse", salt)
    assert len(ours) == len(theirs)
    assert ours.startswith(salt)
    assert rounds_of(ours) == rounds_of(theirs) == 4
    assert len(weak.gensalt(12)) == len(salt)


def test_it_knows_a_password_and_no_other(weak: Any) -> None:
    hashed = weak.hashpw(b"horse", weak.gensalt())
    assert weak.checkpw(b"horse", hashed)
    assert not weak.checkpw(b"house", hashed)
