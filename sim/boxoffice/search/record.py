"""What a campaign leaves in a file: how far it came, and what fell, so that it can be gone on with.

Another campaign, on other code say, is set beside it: what is new, gone, rarer, or still there.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from boxoffice.misuse import Misuse
from boxoffice.search.campaign import Campaign

FORMAT: Final = 1
RARER: Final = 2.0  # so many times rarer or more often is worth a word
EXPECTED: Final = 3.0  # times that something is missed before it is said to be gone: 95 % sure


@dataclass
class Fall:
    """What fell together: how often, first in which words, and the run that shows it."""

    times: int
    said: str
    token: str | None = None


@dataclass
class Record:
    """A campaign so far.  `plan` says what is played, `next` is the number of the next case."""

    plan: str
    next: int = 0
    runs: int = 0
    seconds: float = 0.0
    processor_s: float = 0.0
    undecided: int = 0
    falls: dict[str, Fall] = field(default_factory=dict)  # by the names that fell, with commas
    tested: dict[str, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    struck: dict[str, int] = field(default_factory=dict)

    def add(self, campaign: Campaign, tokens: Mapping[tuple[str, ...], str | None]) -> None:
        """Add what a campaign has seen that went on from here."""
        self.next += campaign.runs
        self.runs += campaign.runs
        self.seconds = round(self.seconds + campaign.seconds, 3)
        self.processor_s = round(self.processor_s + campaign.processor_s, 3)
        self.undecided += campaign.undecided
        for names, run in campaign.fell.items():
            fall = self.falls.setdefault(",".join(names), Fall(0, run.said))
            fall.times += campaign.times[names]
            fall.token = fall.token or tokens.get(names)
        for mine, theirs in (
            (self.tested, campaign.tested),
            (self.reached, campaign.reached),
            (self.struck, campaign.struck),
        ):
            mine.update({name: mine.get(name, 0) + times for name, times in theirs.items()})

    def with_more(self, was: "Record", now: "Record") -> "Record":
        """Return this record, and by how much another is more `now` than it `was`.

        Two searches write one file in turns: each adds what it has seen since its last turn.
        """

        def more(name: str) -> Any:
            return round(getattr(self, name) + getattr(now, name) - getattr(was, name), 3)

        def counted(name: str) -> Any:
            total = Counter(getattr(self, name))
            total.update(getattr(now, name))
            total.subtract(getattr(was, name))
            return dict(total)

        return Record(
            self.plan,
            next=max(self.next, now.next),
            runs=more("runs"),
            seconds=more("seconds"),
            processor_s=more("processor_s"),
            undecided=more("undecided"),
            falls={
                names: _fall(*(it.falls.get(names) for it in (self, was, now)))
                for names in dict.fromkeys([*self.falls, *now.falls])
            },
            tested=counted("tested"),
            reached=counted("reached"),
            struck=counted("struck"),
        )

    def as_text(self) -> str:
        """Return what is written into a file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"


def _fall(mine: Fall | None, was: Fall | None, now: Fall | None) -> Fall:
    none = Fall(0, "")
    mine, was, now = mine or none, was or none, now or none
    # A token that was written before its run was made small gives way to the small one.
    is_theirs = mine.token is not None and mine.token != was.token
    token = mine.token if is_theirs else now.token or mine.token
    return Fall(mine.times + now.times - was.times, mine.said or now.said, token)


def record_in(path: Path) -> Record | None:
    """Return the record in a file; None, if there is no such file.  Raises: Misuse."""
    if not path.exists():
        return None
    if not path.is_file():  # to read a pipe would be to wait for somebody who writes
        raise Misuse(f"{path} is no file that a campaign can be kept in")
    try:
        said: Any = json.loads(path.read_text(encoding="utf-8"))
        if said.pop("format") != FORMAT:
            raise Misuse(f"{path} is of another version of this program")
        falls = {names: Fall(**fall) for names, fall in said.pop("falls").items()}
        return _checked(Record(**said, falls=falls))
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Misuse(f"{path} is no campaign's file") from None


def _checked(record: Record) -> Record:
    """Let a record pass whose parts are what they should be.  Raises: ValueError."""
    counts = [record.next, record.runs, record.undecided]
    counts += [
        times for each in (record.tested, record.reached, record.struck) for times in each.values()
    ]
    counts += [fall.times for fall in record.falls.values()]
    numbers = [record.seconds, record.processor_s]
    if not all(type(it) is int and it >= 0 for it in counts) or not isinstance(record.plan, str):
        raise ValueError
    if not all(isinstance(fall.said, str) for fall in record.falls.values()):
        raise ValueError
    if not all(isinstance(fall.token, str | None) for fall in record.falls.values()):
        raise ValueError
    if not all(type(it) in (int, float) and it >= 0 for it in numbers):
        raise ValueError
    return record


def compared(now: Record, before: Record) -> Iterator[str]:
    """Yield a line for each thing that fell in either campaign: what has become of it."""
    for names in dict.fromkeys([*before.falls, *now.falls]):
        was, is_ = before.falls.get(names), now.falls.get(names)
        yield f"{_change(was, is_, before.runs, now.runs)}: {names.replace(',', ', ')}"


def _change(was: Fall | None, is_: Fall | None, runs_before: int, runs_now: int) -> str:
    if was is None:
        assert is_ is not None
        return f"new, {is_.times} in {runs_now} runs"
    expected = was.times * runs_now / max(runs_before, 1)
    if is_ is None:
        gone = expected >= EXPECTED
        return "gone" if gone else f"not seen again, too few runs to say ({runs_now})"
    rates = f"{was.times} in {runs_before} runs, now {is_.times} in {runs_now}"
    if is_.times * RARER <= expected:
        return f"rarer, {rates}"
    return f"more often, {rates}" if is_.times >= expected * RARER else f"still there, {rates}"
