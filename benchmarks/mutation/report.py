"""What came of a sample: in a line, or as a page with each mutant that storms did not find."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from benchmarks.mutation.reasons import KINDS, kind_of, why
from benchmarks.mutation.sample import GROUPS, key_of

COUNTED: Final = ("start", "storms", "suite", "", "unasked")
LEFT: Final = ("suite", "", "unasked")

Results = Sequence[Mapping[str, Any]]


def score(results: Results) -> str:
    """Return in a line what storms alone and the suite find of those that can be found."""
    able = [it for it in results if it["found_by"] != "start"]
    equal = [it for it in able if _kind(it) == "equivalent"]
    told = len(able) - len(equal)
    storms = sum(it["found_by"] == "storms" for it in able)
    unasked = sum(it["found_by"] == "unasked" for it in able if it not in equal)
    suite = sum(it["found_by"] == "suite" for it in able if it not in equal)
    unseen = sum(_kind(it) == "unseen" for it in able)
    return (
        f"{len(results)} mutants; {len(results) - len(able)} do not start,"
        f" {len(equal)} are equivalent; of the other {told}, storms alone find {storms}"
        f" ({_share(storms, told)}), and the suite {suite} of the {told - storms - unasked} that it"
        f" was asked about; of the {told - unseen} that a buyer or a seller could see, storms find"
        f" {_share(storms, told - unseen)}"
    )


def document(results: Results, command: str) -> str:
    """Return the page."""
    parts = [HEAD.format(command=command, score=score(results)), _by_group(results)]
    left = [it for it in results if it["found_by"] in LEFT]
    for kind, title in KINDS.items():
        these = [it for it in left if _kind(it) == kind]
        if these:
            parts.append(f"## {title}\n\n" + "\n".join(_line(it) for it in these))
    unread = [it for it in left if not _kind(it)]
    if unread:
        parts.append("## Not looked at\n\n" + "\n".join(_line(it) for it in unread))
    return "\n\n".join(parts) + "\n"


HEAD: Final = """\
# Mutants

    {command}

puts mistakes into a copy of the services, one at a time, and sees who finds them: first the storms
alone, as `boxoffice explore --runs N --fresh` plays them; then, for what is left, the unit tests of
the part that the mistake is in, and all stories once. The mistakes are those of cosmic-ray 8.7 (a
comparison is another, a condition is negated, a number is one more, an `except` catches nothing, a
loop is not entered), and two of our own: a call is not made, and an argument is not given. A place
of the program is drawn by the seed, and one of its mutants; annotations are no place.

{score}.
Behind each that storms have not found stands how many runs it had.

Before what the first of them showed was mended, storms alone had found 76 of these in 150 runs of
each, which have not been tried again, and five had no end. Then people got passwords of their own;
a service that logs a mistake, or an outage where there was none, has made one; what is written is
announced, given back and rung in time where nothing is in the way; letters last and are tried as
long as they promise; each charge has a note of its own; and a storm that never ends is told so.

"""


def _by_group(results: Results) -> str:
    lines = [
        "| group | mutants | no start | storms | suite alone | neither | not asked | equivalent |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for group in (*GROUPS, "all"):
        these = [it for it in results if group in (it["group"], "all")]
        counts = [sum(it["found_by"] == each for it in these) for each in COUNTED]
        equal = sum(_kind(it) == "equivalent" for it in these)
        cells = [group, len(these), *counts, equal]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _line(result: Mapping[str, Any]) -> str:
    where = f"{result['path'].removeprefix('services/')}, {result['definition'] or 'the module'}"
    found = {"suite": f"; the suite finds it, {result['by']}", "unasked": "; no suite was asked"}
    also = found.get(result["found_by"], "")
    reason = why(_key(result))
    return f"- {where}: `{result['change']}`. {reason} ({result['runs']} runs{also})"


def _kind(result: Mapping[str, Any]) -> str:
    return kind_of(_key(result)) if result["found_by"] in LEFT else ""


def _key(result: Mapping[str, Any]) -> str:
    return key_of(result["path"], result["definition"], result["change"])


def _share(of: int, all_of_them: int) -> str:
    return f"{100 * of / all_of_them:.0f} %" if all_of_them else "none"
