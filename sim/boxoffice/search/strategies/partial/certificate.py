"""What a search through all sequences has shown, with its scope, for whoever relies on it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boxoffice.search.strategies.partial.search import PartialOrder


def certificate(search: "PartialOrder") -> str:
    """Return whether all was played, what came of it, and what all is."""
    verdicts = ", ".join(f"{verdict} in {runs}" for verdict, runs in search.verdicts.items())
    runs = "1 run" if search.runs == 1 else f"{search.runs} runs"
    if not search.exhausted:
        return f"not exhausted: {runs}, and there are more ({verdicts or 'none'})\n{_scope(search)}"
    again = f", {search.repeated} of which led to what had been seen" if search.repeated else ""
    said = f"every distinguishable sequence was played, in {runs}{again} ({verdicts})"
    return f"exhausted: {said}\n{_scope(search)}"


def _scope(search: "PartialOrder") -> str:
    own = "is scheduled as well" if search.whole else "is done at once, in one sequence"
    return "\n".join(
        [
            "  scope: one seed, no faults; from where the story does things together, for",
            f"  the last time (no. {search.nth}), until nothing is under way: "
            f"{search.longest} steps at most;",
            f"  what services do of their own accord {own};",
            "  no time passes while a message is under way, and timers go off when none is;",
            "  two steps are told apart by what they touch at servers: documents by filter, field",
            "  and id, subjects, consumers, Redis's keys and members, Stripe's keys;",
            "  memory that tasks of a process share is not seen",
        ]
    )
