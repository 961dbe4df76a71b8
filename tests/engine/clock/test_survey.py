"""What is known of modules from one world to the next is found anew where they have changed."""

import gc
import sys
import time
import weakref
from types import ModuleType

from pytest import fixture, mark

from boxoffice.clock import ambient
from boxoffice.clock.randomness import Randomness

NOON_S = 1_893_499_200.0  # of the first day of 2030
TEXT = """
import time
from functools import singledispatch

plain, clocks, by_name = None, [], {}

class Kind:
    plain = None

@singledispatch
def of_kind(key):
    return 0.0
"""


def asked(ask):
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        return ask()


@fixture
def made(monkeypatch):
    """A new module of some text, under a name that it keeps."""

    def make(text=TEXT, name="yard_known", file=""):
        module = ModuleType(name)
        module.__file__ = file
        monkeypatch.setitem(sys.modules, name, module)
        exec(text, vars(module))
        return module

    return make


def default():
    def told(now=time.time):
        return now()

    return told


def keeps(module):
    module.clocks.append(time.time)
    return lambda: module.clocks[-1]()


def keeps_by_name(module):
    module.by_name["now"] = time.time
    return lambda: module.by_name["now"]()


def replaces_a_function(module):
    module.plain = default()
    return lambda: module.plain()


def replaces_a_method(module):
    module.Kind.plain = staticmethod(default())
    return lambda: module.Kind.plain()


def adds_a_name(module):
    module.now = time.time
    return lambda: module.now()


def registers(module):
    module.of_kind.register(int, lambda key, now=time.time: now())
    return lambda: module.of_kind(1)


@mark.parametrize(
    "change",
    [keeps, keeps_by_name, replaces_a_function, replaces_a_method, adds_a_name, registers],
)
def test_what_has_changed_between_two_worlds_is_found(made, change):
    module = made()
    asked(lambda: None)
    ask = change(module)
    assert asked(ask) == NOON_S
    assert ask() < NOON_S
    assert asked(ask) == NOON_S


def test_a_function_at_the_address_of_another_is_another(made):
    module = made()
    for _ in range(5):
        module.plain = lambda now=None: 0.0
        asked(lambda: None)
        del module.plain
        gc.collect()
        module.plain = default()
        assert asked(lambda: module.plain()) == NOON_S


def test_another_module_of_the_same_name_is_looked_through_too(made):
    made()
    asked(lambda: None)
    other = made("import time\ndef plain(now=time.time): return now()")
    assert asked(lambda: other.plain()) == NOON_S


def test_a_module_that_is_gone_is_not_kept_for_longer_than_one_world():
    sys.modules["yard_gone"] = ModuleType("yard_gone")
    exec(TEXT, vars(sys.modules["yard_gone"]))
    gone = weakref.ref(sys.modules["yard_gone"])
    asked(lambda: None)
    del sys.modules["yard_gone"]
    asked(lambda: None)
    gc.collect()
    assert gone() is None


def test_what_a_library_takes_hold_of_later_is_found(made):
    library = made("", "yard_library", "/usr/lib/python3/site-packages/yard_library.py")
    asked(lambda: None)
    exec("import time\nfrom time import monotonic\ndef told(now=time.time): return now()",
         vars(library))  # fmt: skip
    assert asked(lambda: (library.told(), library.monotonic())) == (NOON_S, NOON_S)
    assert library.monotonic is time.monotonic


def test_another_real_clock_is_the_one_that_is_put_back(made, monkeypatch):
    module = made("import time\nheld = [time.time]\nfrom time import time as now")
    asked(lambda: None)

    def other():
        return 42.0

    monkeypatch.setattr(time, "time", other)
    module.held[0] = module.now = other
    assert asked(lambda: (module.held[0](), module.now())) == (NOON_S, NOON_S)
    assert module.held[0] is module.now is time.time is other
