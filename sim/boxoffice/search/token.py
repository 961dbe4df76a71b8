"""A case as a short text, to be passed on: which run it is, and what is kept of it.

The text is `bx1-` and JSON in URL-safe base64: `s` the scenario, `n` the seed, `b` the twin, `f`
the faults, `z` the size, `d` the deeds, `k` the strikes (of many in a row the first and the last),
`l` the links, `h` haste, `t` the forks, `o` who goes first, `m` the marks.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, Final
from zlib import crc32

from boxoffice.misuse import Misuse
from boxoffice.search.case import Case
from boxoffice.search.marks import Marks
from boxoffice.search.names import Names
from boxoffice.search.strategies.spelling import schedule_of
from boxoffice.search.strokes import spans
from boxoffice.world.tape import Tape

BEGIN: Final = "bx1-"
LONGEST: Final = 1_000_000  # strikes in a row
LARGEST: Final = 2**63 - 1  # seed
CROWD: Final = 10_000  # the largest
SUM: Final = 3  # bytes at the end, by which a token that was changed is known


def token_of(case: Case, names: Names, marks: Marks | None = None) -> str:
    """Return the token of a case; with marks of its trace a replay tells whether it is the same."""
    return BEGIN + _packed(as_json(case, names, marks))


def case_of(token: str, names: Names) -> tuple[Case, Marks | None]:
    """Return the case of a token, and the marks of its trace.  Raises: Misuse, for another text."""
    if not token.startswith(BEGIN):
        raise Misuse(f"a token begins with {BEGIN}, and not with {token[:8]!r}")
    return from_json(_unpacked(token.removeprefix(BEGIN)), names)


def as_json(case: Case, names: Names, marks: Marks | None = None) -> dict[str, Any]:
    """Return a case as JSON, without what is as usual."""
    tape = case.tape
    said = {
        "s": names.called(case.scenario),
        "n": case.seed,
        "b": case.bug.name if case.bug else None,
        "f": [names.spelled(fault) for fault in case.faults] or None,
        "z": case.size,
        "d": None if tape.deeds is None else sorted(tape.deeds),
        "k": None if tape.strikes is None else _struck(tape.strikes),
        "l": sorted(tape.steady) if isinstance(tape.steady, frozenset) else tape.steady or None,
        "h": tape.haste or None,
        "t": [list(fork) for fork in tape.forks] or None,
        "o": str(tape.schedule) if tape.schedule else None,
        "m": str(marks) if marks else None,
    }
    return {key: value for key, value in said.items() if value is not None}


def from_json(said: Any, names: Names) -> tuple[Case, Marks | None]:
    """Return the case that JSON says, and the marks of its trace.  Raises: Misuse."""
    try:
        case = _case(said, names)
        return case, Marks.parse(said["m"]) if "m" in said else None
    except Misuse:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Misuse(f"this says no run: {type(error).__name__}: {error}") from None


def _case(said: Mapping[str, Any], names: Names) -> Case:
    steady = said.get("l", False)
    if type(said["n"]) is not int or not 0 <= said["n"] <= LARGEST:
        raise ValueError(f"n is a whole number from 0 on, and {LARGEST} at most")
    if "z" in said and not (type(said["z"]) is int and 1 <= said["z"] <= CROWD):
        raise ValueError(f"z is a whole number from 1 on, and {CROWD} at most")
    if any(not isfinite(float(moment_s)) for moment_s, _ in said.get("t", ())):
        raise ValueError("t has moments of the run")
    tape = Tape(
        deeds=frozenset(map(int, said["d"])) if "d" in said else None,
        strikes={int(fault): _taken(nth) for fault, nth in said["k"].items()}
        if "k" in said
        else None,
        steady=steady if isinstance(steady, bool) else frozenset(map(str, steady)),
        haste=bool(said.get("h", False)),
        forks=[(float(moment_s), int(salt)) for moment_s, salt in said.get("t", ())],
        schedule=schedule_of(str(said["o"])) if "o" in said else None,
    )
    return Case(
        scenario=names.scenario(str(said["s"])),
        seed=said["n"],
        bug=names.twin(str(said["b"])) if "b" in said else None,
        faults=tuple(names.fault(str(it)) for it in said.get("f", ())),
        size=said.get("z"),
        tape=tape,
    )


def _struck(strikes: Mapping[int, frozenset[int]]) -> dict[str, list[Any]]:
    return {
        str(fault): [each for span in spans(strikes[fault]) for each in _span(*span)]
        for fault in sorted(strikes)
    }


def _span(first: int, last: int) -> list[Any]:
    return [[first, last]] if last - first > 1 else list(range(first, last + 1))


def _taken(said: Sequence[Any]) -> frozenset[int]:
    pairs = [it if isinstance(it, list) else (it, it) for it in said]
    if sum(max(0, int(last) - int(first)) for first, last in pairs) > LONGEST:
        raise ValueError("so many strikes in a row are in no run")
    return frozenset(nth for first, last in pairs for nth in range(int(first), int(last) + 1))


def _packed(said: dict[str, Any]) -> str:
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(text + _sum(text)).decode().rstrip("=")


def _unpacked(text: str) -> Any:
    try:
        padded = text.strip() + "=" * (-len(text.strip()) % 4)
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
        if _sum(packed[:-SUM]) != packed[-SUM:]:
            raise ValueError("another sum")
        return json.loads(packed[:-SUM])
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        raise Misuse("this token is damaged: a part of it is missing, or is another's") from None


def _sum(packed: bytes) -> bytes:
    # A letter that was mistyped would else be another run, and no mistake.
    return crc32(packed).to_bytes(4, "big")[-SUM:]
