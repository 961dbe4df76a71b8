"""What the page asks of the Python in its tab: a line of JSON, answered by another."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from boxoffice import run
from boxoffice.choosing import Choosing
from boxoffice.errors import Misuse
from boxoffice.search import in_a_line
from boxoffice.views import run_of
from scenarios import catalogue
from scenarios.play import ladder, mutants
from scenarios.play.conditions import CONDITIONS, Conditions
from scenarios.play.storefront import Storefront

Tell = Callable[[str], object]
Answer = Callable[..., Any]


class Tab:
    """What one tab has open.  Each of its public methods answers a question of that name."""

    def __init__(self) -> None:
        self._tell: Tell = _nobody
        self._shop: Storefront | None = None
        self._choosing = Choosing(catalogue.NAMES)

    def ask(self, text: str, tell: Tell = lambda said: None) -> str:
        """Answer one question; `tell` hears how far it has come.

        What cannot be answered is told in a line, as `error`.
        """
        asked = json.loads(text)
        for one in (asked, asked.get("request", {})):
            if "seed" in one:
                one["seed"] = int(one["seed"])  # as text, since a script rounds what is large
        self._tell = tell
        try:
            said = getattr(self, f"on_{asked.pop('ask')}")(**asked)
        except Misuse as error:
            said = {"error": str(error)}
        except Exception as error:  # whatever it is, the page has to say it
            said = {"error": in_a_line(error)}
        return json.dumps(said)

    def close(self) -> None:
        """End what is open."""
        if self._shop is not None:
            self._shop.close()
        self._shop = None

    # --- stories ------------------------------------------------------------------------------

    def on_names(self) -> Any:
        """Return what there is to be played, and what can be wrong."""
        return catalogue.everything() | {"conditions": CONDITIONS}

    def on_play(
        self, story: str, bug: str = "", faults: Sequence[str] = (), seed: int | None = None
    ) -> Any:
        """Play a story; with a defence removed, it is played with that in place as well."""
        chosen = catalogue.scenario_named(story)
        runs = []
        for name in ("", bug) if bug else ("",):
            twin = catalogue.twin_named(name) if name else None
            more = [catalogue.fault_named(it) for it in faults]
            self._tell(f"{story} is being played" + (f" without {name}" if name else ""))
            runs.append(run(chosen, seed, twin, more))
        return {"runs": [run_of(it) for it in runs]}

    def on_choose(self, request: dict[str, Any]) -> Any:
        """Have a story stand still, and go on as its reader says; see `boxoffice.choosing`."""
        return self._choosing.ask(request)

    # --- the shop -----------------------------------------------------------------------------

    def on_open(self, **conditions: Any) -> Any:
        """Open a shop under such conditions; the one that was open is gone."""
        self.close()
        self._tell("the shop is opening")
        self._shop = Storefront(Conditions(**conditions))
        return self._shop.clock()

    def on_send(self, requests: Sequence[dict[str, Any]]) -> Any:
        """Send requests to the shop in one instant; return what came of each."""
        return {"answers": self._open.send(requests)} | self._open.clock()

    def on_pass(self, seconds: float) -> Any:
        """Let time pass in the shop."""
        self._open.passes(seconds)
        return self._open.clock()

    def on_judge(self) -> Any:
        """Let the shop come to rest, and judge what has happened in it."""
        self._open.judge()
        return self._open.clock() | {"runs": [run_of(self._open.outcome())]}

    def on_seen(self) -> Any:
        """Return what has happened in the shop so far."""
        return {"runs": [run_of(self._open.outcome())]}

    # --- the ladder ---------------------------------------------------------------------------

    def on_ladder(self) -> Any:
        """Return the rungs, and the file that somebody begins with."""
        return ladder.ladder()

    def on_rung(self, name: str) -> Any:
        """Return what a rung asks for, and its hints."""
        return ladder.rung(name)

    def on_solution(self, name: str) -> Any:
        """Return one way up a rung."""
        return ladder.solution(name)

    def on_check(self, name: str, code: str, seeds: int | None = None) -> Any:
        """Play a learner's code on a rung, and on all below it; for a first look on fewer seeds."""
        return ladder.checked(name, code, self._tell, seeds)

    # --- mutants ------------------------------------------------------------------------------

    def on_challenges(self) -> Any:
        """Return which broken twins are to be given away, and by what."""
        return {"challenges": mutants.challenges()}

    def on_killer(self, name: str) -> Any:
        """Return one file that is enough for a challenge."""
        return mutants.solution(name)

    def on_grade(self, name: str, code: str) -> Any:
        """Grade a learner's story, or facts, by what they give away."""
        return mutants.graded(name, code, self._tell)

    @property
    def _open(self) -> Storefront:
        if self._shop is None:
            raise Misuse("no shop is open")
        return self._shop


def _nobody(said: str) -> None:
    """Nobody listens."""


TAB: Final = Tab()
ask: Final = TAB.ask
