"""What a search is asked to play."""

from dataclasses import dataclass

from boxoffice.misuse import Misuse
from boxoffice.search import Case, Names, Plan


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be played, as it is said on the command line."""

    scenarios: tuple[str, ...] = ()
    seed: int = 0
    bug: str | None = None
    faults: tuple[str, ...] = ()
    size: int | None = None

    def plan(self, names: Names) -> Plan:
        """Look up what is named.  Raises: Misuse."""
        found = [names.scenario(it) for it in self.scenarios] or list(names.storms())
        if not found:
            raise Misuse("there are no storms here: name a story, as in test_stories.py::a-story")
        twin = names.twin(self.bug) if self.bug else None
        struck = tuple(names.fault(text) for text in self.faults)
        for it in found:
            if self.size is not None and not it.size:
                raise Misuse(f"{it.name} has no crowd, so --size means nothing to it")
        return Plan([Case(it, self.seed, twin, struck, self.size) for it in found])
