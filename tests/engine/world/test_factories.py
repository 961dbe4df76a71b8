"""How a service's function is called: with the drivers if it takes them, and else with nothing."""

from functools import wraps
from inspect import signature

from pytest import mark

from boxoffice.world.service import _needed


def plain(drivers): ...
def nothing(): ...
def usual(drivers=None): ...
def several(one, two, three=3): ...
def rest(*drivers): ...
def named(*, drivers): ...
def named_usual(*, drivers=None, more): ...
def options(**options): ...
def positional(drivers, /): ...


@wraps(nothing)
def wrapping(drivers): ...


def pretends(*drivers): ...


pretends.__signature__ = signature(nothing)
FUNCTIONS = [
    plain, nothing, usual, several, rest, named, named_usual, options, positional, wrapping,
    pretends,
]  # fmt: skip


def as_python_says(function):
    parameters = signature(function).parameters.values()
    return sum(it.default is it.empty and it.kind is not it.VAR_KEYWORD for it in parameters)


@mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_what_a_function_needs_is_what_its_signature_says(function):
    assert _needed(function) == as_python_says(function)
