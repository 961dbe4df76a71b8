"""Checks that can never fail, found in their bytecode: they compare, and forget to assert."""

import dis
from collections.abc import Callable, Iterator
from itertools import pairwise
from types import CodeType, FunctionType
from typing import Any, Final

_COMPARES: Final = frozenset({"COMPARE_OP", "CONTAINS_OP", "IS_OP"})


def never_fails(check: Callable[..., Any]) -> str:
    """Return why no assertion of a check can fail, or "".

    What it calls may assert for it, so one that calls anything is taken at its word, unless it
    compares and does nothing with the answer: for its own sake only within `try` or `with`, as in
    `with raises(TypeError): a < b`.
    """
    if not isinstance(check, FunctionType):
        return ""
    said = [dis.Bytecode(code) for code in _codes(check.__code__)]
    for code in said:
        tries = code.exception_entries  # type: ignore[attr-defined]  # typeshed lacks it
        for one, after in pairwise(code):
            tried = any(it.start <= one.offset < it.end for it in tries)
            if one.opname in _COMPARES and after.opname == "POP_TOP" and not tried:
                return "compares, and asserts nothing of it"
    may_fail = any(it.opname.startswith(("RAISE", "CALL")) for code in said for it in code)
    return "" if may_fail else "asserts nothing"


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)
