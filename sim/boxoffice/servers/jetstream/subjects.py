"""NATS subjects: dot-separated tokens, `*` for one of them and `>` for the rest."""

from collections.abc import Sequence


def matches(pattern: str, subject: str) -> bool:
    """Tell whether `pattern` covers `subject`.

    >>> [matches("item.*", subject) for subject in ("item.moved", "item", "item.a.b")]
    [True, False, False]
    """
    if pattern == subject or pattern == ">":
        return True
    if "*" not in pattern and ">" not in pattern:
        return False
    return _covers(pattern.split("."), subject.split("."))


def matches_any(patterns: Sequence[str], subject: str) -> bool:
    """Tell whether one of `patterns` covers `subject`; no pattern at all covers everything."""
    return not patterns or any(matches(pattern, subject) for pattern in patterns)


def covers(wider: str, narrower: str) -> bool:
    """Tell whether `wider` covers every subject that `narrower` covers.

    >>> covers("a.*", "a.b"), covers("a.>", "a.*"), covers("a.*", "a.>")
    (True, True, False)
    """
    tokens = narrower.split(".")
    if tokens[-1] == ">" and not wider.endswith(">"):
        return False
    return matches(wider, narrower)


def overlap(one: str, other: str) -> bool:
    """Tell whether some subject is covered by both patterns.

    >>> overlap("a.*", "*.b"), overlap("a.>", "a"), overlap("a.*", "b.*")
    (True, False, False)
    """
    ours, theirs = one.split("."), other.split(".")
    for a, b in zip(ours, theirs, strict=False):
        if ">" in (a, b):
            return True
        if a != b and "*" not in (a, b):
            return False
    return len(ours) == len(theirs)


def valid(pattern: str) -> bool:
    """Tell whether a stream may listen on `pattern`."""
    tokens = pattern.split(".")
    if any(not token or " " in token for token in tokens):
        return False
    return ">" not in tokens[:-1]


def _covers(pattern: list[str], subject: list[str]) -> bool:
    for at, token in enumerate(pattern):
        if token == ">":
            return len(subject) > at
        if at >= len(subject) or token not in ("*", subject[at]):
            return False
    return len(pattern) == len(subject)
