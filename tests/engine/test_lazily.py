"""What is public of a room is loaded when it is asked for, and what is not there is not found."""

import subprocess
import sys

from pytest import mark, raises

import boxoffice.net
from boxoffice.net.host import Host

ROOMS = ("clock", "net", "real", "servers", "terminal", "trace", "views", "world")


def test_a_name_is_the_one_of_the_module_that_has_it():
    assert boxoffice.net.Host is Host
    assert "Host" in dir(boxoffice.net)


def test_a_name_that_is_not_public_is_not_found():
    with raises(AttributeError, match=r"module 'boxoffice.net' has no attribute 'Life'"):
        getattr(boxoffice.net, "Life")  # noqa: B009 (as anybody would say it)
    with raises(ImportError):
        exec("from boxoffice.net import Life")


@mark.parametrize("room", ROOMS)
def test_a_room_that_is_imported_loads_nothing_of_what_is_in_it(room):
    program = f"import sys, boxoffice.{room}; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    loaded = {name for name in said.stdout.split() if name.startswith("boxoffice")}
    assert loaded == {"boxoffice", "boxoffice.lazily", f"boxoffice.{room}"}
