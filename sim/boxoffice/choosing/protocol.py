"""What may be asked of a run that stands still, and what is answered: JSON both ways.

| request | does |
|---|---|
| do="begin", story, bug, seed, size, faults, own | begins; own: with the story's own faults |
| do="begin", token | begins with the run of a token |
| do="look" | nothing: the view again |
| do="pass", until="step", "message" or "end" | lets time pass |
| do="pick", option, amount | makes one of the options happen next |
| do="back", event | goes back to an event, without what was picked after it |
| do="drop", pick | takes back a pick, and those after it |
| do="undo" | takes back what was done last |
| do="search", more | plays some more futures: can it still go wrong? |
| do="take" | goes to the end of the future that was found |
| do="likely" | looks at some more moments: when did it become likely? |

An answer is the view of `view.py` with its `version`, one more with each step, or
`{"error": one line}`, and then nothing has changed.

With `seen`, the version that its reader looks at, something is done only if that is where the run
still stands: of two pages of one session, one may have gone on.  The answer is then the view, with
`stale`, a line that says so, and nothing has changed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from boxoffice.choosing.option import Option
from boxoffice.choosing.place import Pick, place_of
from boxoffice.choosing.session import Session
from boxoffice.choosing.view import view
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.search.case import Case
from boxoffice.search.mishap import in_a_line
from boxoffice.search.names import Names
from boxoffice.search.token import case_of
from boxoffice.world.tape import Tape

MORE: Final = 8  # futures at a time
STALE: Final = "another page has gone on from what you saw: this is where the run stands now"
NOTHING_STRIKES: Final = Tape(strikes={})


class Choosing:
    """One reader's session.  `names` find stories by what they are called; `case` begins it."""

    def __init__(self, names: Names, case: Case | None = None) -> None:
        self._names = names
        self._session = None if case is None else Session(place_of(case, []))
        self._version = 0  # one more with each step
        self._does: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "begin": self._begin,
            "look": lambda asked: None,
            "pass": lambda asked: self._here.let_pass(str(asked.get("until", ""))),
            "pick": self._pick,
            "back": lambda asked: self._here.go_back(_number(asked, "event")),
            "drop": lambda asked: self._here.drop(_number(asked, "pick")),
            "undo": lambda asked: self._here.undo(),
            "search": lambda asked: self._here.search(_number(asked, "more", MORE)),
            "take": lambda asked: self._here.take(),
            "likely": lambda asked: self._here.ask_when(),
        }

    def ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked, and return the view of where that leads, or an error in a line."""
        try:
            does = self._does.get(str(asked.get("do", "")))
            if does is None:
                known = ", ".join(self._does)
                raise Misuse(f"do is one of {known}, and not {asked.get('do')!r}")
            if self._is_stale(asked):
                return self._view() | {"stale": STALE}
            before = self._session and self._session.here
            does(asked)
            self._version += self._here.here is not before
            return self._view()
        except Misuse as wrong:
            return {"error": " ".join(str(wrong).split())}
        except Exception as error:  # of somebody's story, which says where it comes from
            return {"error": in_a_line(error)}

    def _view(self) -> dict[str, Any]:
        return view(self._here, self._names) | {"version": self._version}

    def _is_stale(self, asked: Mapping[str, Any]) -> bool:
        is_free = asked.get("do") in ("begin", "look")  # whatever was there before
        return not is_free and asked.get("seen", self._version) != self._version

    @property
    def _here(self) -> Session:
        if self._session is None:
            raise Misuse("nothing has begun: say which story")
        return self._session

    def _begin(self, asked: Mapping[str, Any]) -> None:
        if asked.get("token"):
            case, _ = case_of(str(asked["token"]), self._names)
        else:
            case = self._case(asked)
        self._session = Session(place_of(case, []))

    def _case(self, asked: Mapping[str, Any]) -> Case:
        scenario = self._names.scenario(str(asked.get("story", "")))
        bug, seed, size = asked.get("bug"), asked.get("seed"), asked.get("size")
        if size is not None and not scenario.size:
            raise Misuse(f"{scenario.name} has no crowd, so a size means nothing to it")
        faults = [self._names.fault(str(it)) for it in asked.get("faults") or ()]
        if asked.get("own"):
            tape = Tape()
        elif faults:
            raise Misuse("faults strike beside the story's own: say own as well")
        else:
            tape = NOTHING_STRIKES
        return Case(
            scenario,
            scenario.seed if seed is None else _number(asked, "seed"),
            self._names.twin(str(bug)) if bug else None,
            faults,
            None if size is None else _number(asked, "size", least=1),
            tape,
        )

    def _pick(self, asked: Mapping[str, Any]) -> None:
        options = {it.id: it for it in self._here.options}
        option = options.get(str(asked.get("option", "")))
        if option is None:
            raise Misuse(f"{asked.get('option')!r} is none of what can happen here")
        amount = _amount(option, asked.get("amount"))
        here = self._here.place
        self._here.pick(Pick(option.told(amount), here.cursor, option.faults(amount)))


def _amount(option: Option, said: Any) -> str:
    known = list(option.amounts)
    amount = str(said) if said is not None else next(iter(known), "")
    if amount not in (known or [""]):
        raise Misuse(f"{option.says}: there is no {amount!r}{nearest(amount, known)}")
    return amount


def _number(asked: Mapping[str, Any], name: str, usual: int | None = None, least: int = 0) -> int:
    said = asked.get(name, usual)
    if isinstance(said, bool) or not isinstance(said, int) or said < least:
        raise Misuse(f"{name} is a whole number from {least} on, and not {said!r}")
    return said
