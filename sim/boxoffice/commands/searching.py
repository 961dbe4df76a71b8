"""One search from the command line: what was found before, what is found, what is kept of it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from rich.markup import escape

from boxoffice.atomic_files import alone_in
from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.commands.findings import all_told, found_line, replay_token
from boxoffice.commands.output import write_text
from boxoffice.commands.progress import campaign_progress, shrinking_progress, spinner
from boxoffice.misuse import Misuse
from boxoffice.search import Campaign, Case, Names, Plan, Shrunk, case_of, explore
from boxoffice.search.case import fallen
from boxoffice.search.kept import Kept
from boxoffice.search.marks import Marks, differs
from boxoffice.search.played import RAISED, Played, play
from boxoffice.search.record import Record, compared, record_in
from boxoffice.search.shrinking import kept, shrunk_again
from boxoffice.search.strategies.strategy import Strategy
from boxoffice.search.token import token_of
from boxoffice.search.workers import Players
from boxoffice.terminal import Console
from boxoffice.terminal.interrupts import is_interrupted, remembered

LEAVES_S: Final = 30.0  # between two times at which a long search writes how far it is
NOT_AGAIN: Final = """\
  played again it does not fall: the story, its draw or a service goes by something that no seed
  decides, as the order of a set or what an earlier run has left, or it was played elsewhere, where
  something is another; boxoffice.run(…, twice=True) names the first event that differs.
  Its token, all the same: """

Tokens = Mapping[tuple[str, ...], str | None]  # of what fell together; none for what is not kept


class Search:
    """A search.  `found` are the runs that fell, each with what became of it.

    `campaign_file` is gone on with, and `against` is another campaign's that it is held against.
    Raises: Misuse, for a file that is no campaign's, or another one's.
    """

    def __init__(
        self,
        plan: Plan,
        names: Names,
        console: Console,
        shrink_s: float,
        campaign_file: Path | None,
        against: Path | None,
    ) -> None:
        self.campaign = Campaign()
        self.found: list[tuple[Played, Shrunk | None]] = []
        self._told: dict[tuple[object, ...], Shrunk] = {}
        self._plan, self._names, self._console, self._shrink_s = plan, names, console, shrink_s
        told = plan.told(names.called)
        self._kept = Kept(told)
        self._kept_of_mine = list[str]()
        self._file = campaign_file
        self._record = self._on_disk(told) or Record(told)
        self._added = Record(told)  # what of this search is in that record
        self._first = self._record.next
        self._before = record_in(against) if against else None
        if against and self._before is None:
            raise Misuse(f"there is no campaign {against}")
        if self._before is not None and self._before.plan != told:
            self._say(f"{against} is a campaign of something else: of {self._before.plan}")

    def play_kept(self) -> int:
        """Play what was found before; return how many runs of it still fall."""
        if self._kept.is_damaged:
            self._say(f"{self._kept.file} cannot be read: nothing is kept until it is removed")
        tokens, still, unknown = self._kept.tokens, list[str](), 0
        with spinner("playing what was found before") as say:
            for nth, token in enumerate(tokens, 1):
                say(f"playing what was found before, {nth} of {len(tokens)}")
                try:
                    case, marks = case_of(token, self._names)
                    if now := self._falls_again(case, token, marks):
                        still.append(now)
                except Misuse:  # what it names is gone, or draws other deeds by now
                    unknown += 1
        self._kept.keep([it for it in still if it not in tokens], forget=set(tokens) - set(still))
        if gone := len(tokens) - len(still) - unknown:
            self._say(f"of what was found before {_runs(gone)} now")
        if unknown:
            self._say(f"of what was found before {unknown} cannot be played any more: forgotten")
        return len(still)

    def look(
        self,
        within_s: float | None,
        runs: int | None,
        jobs: int,
        keep_going: bool,
        strategy: Strategy,
        twice: int = 0,
        players: Players | None = None,
    ) -> None:
        """Play cases that have not been played, and tell what falls.

        Whatever ends it, what has fallen so far is kept, and the next one goes on from there.
        """
        tokens = dict[tuple[str, ...], str | None]()
        try:
            with remembered(), campaign_progress(within_s, runs) as tell:
                explore(
                    self._plan,
                    within_s=within_s,
                    runs=runs,
                    first=self._first,
                    jobs=jobs,
                    keep_going=keep_going,
                    tell=self._leaving_now_and_then(tell),
                    campaign=self.campaign,
                    strategy=strategy,
                    twice=twice,
                    players=players,
                )
            if twice and not self.campaign.twice:
                self._say("no run was played twice, so that no trace was compared")
            for fell, run in self.campaign.fell.items():
                tokens[fell] = self._tell(run)
        except BaseException:
            whole = self._whole_ones()
            for fell in [it for it in whole if it not in tokens]:
                self._say(f"{', '.join(fell)} fell, and was not made smaller: {whole[fell]}")
            if self.campaign.runs:
                self._leave({**whole, **tokens})
            raise
        if not self._leave(tokens):
            self._say(f"what was found cannot be kept in {self._kept.file}")

    def tell_record(self) -> None:
        """Say where the campaign is kept, and what it shows beside another."""
        if self._file is not None:
            said = f"{self._record.runs} runs so far, in {self._file}"
            self._say(said)
        if self._before is not None:
            for line in compared(self._record, self._before):
                self._say(f"  {line}")

    def _leaving_now_and_then(
        self, tell: Callable[[Campaign, Played], object]
    ) -> Callable[[Campaign, Played], None]:
        """Tell, and write how far it is: a night may end with nobody asked."""
        watch = Stopwatch()
        left_s = 0.0

        def told(campaign: Campaign, run: Played) -> None:
            nonlocal left_s
            tell(campaign, run)
            if is_interrupted():
                raise KeyboardInterrupt
            if watch.elapsed_s() >= left_s + LEAVES_S:
                with suppress(Misuse):  # a disk that is full now may have room at the end
                    self._leave(self._whole_ones())
                left_s = watch.elapsed_s()

        return told

    def _leave(self, tokens: Tokens) -> bool:
        """Keep what was found, in the place of what was left before; return whether it is kept."""
        mine = [it for it in tokens.values() if it is not None]
        is_kept = self._kept.keep(mine, forget=set(self._kept_of_mine) - set(mine))
        self._kept_of_mine = mine
        now = Record(self._record.plan, next=self._first)
        now.add(self.campaign, tokens)
        if self._file is None:
            self._record = self._record.with_more(self._added, now)
        else:
            with alone_in(self._file.resolve().parent):  # another may write it, too
                there = self._on_disk(now.plan) or Record(now.plan)
                self._record = there.with_more(self._added, now)
                write_text(self._file, self._record.as_text())
        self._added = now
        return is_kept

    def _on_disk(self, told: str) -> Record | None:
        there = record_in(self._file) if self._file else None
        if there is not None and there.plan != told:
            raise Misuse(f"{self._file} is a campaign of {there.plan!r}, not of {told!r}")
        return there

    def _whole_ones(self) -> dict[tuple[str, ...], str]:
        return {fell: self._whole(run) for fell, run in self.campaign.fell.items()}

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, markup=False, highlight=False)

    def _whole(self, run: Played) -> str:
        return token_of(self._plan.again(run), self._names)

    def _falls_again(self, case: Case, token: str, marks: Marks | None) -> str:
        """Play what was kept; return its token, or that of what it has become, if it falls."""
        run = play(case)
        if not run.fell:
            return ""
        shrunk, how = None, "as before"
        if RAISED not in run.fell:
            with suppress(Exception):  # what fell, and ends with an error now, is not the same run
                shrunk = kept(case)
                if shrunk and marks and differs(marks, shrunk.outcome.trace):
                    how = "in another way than before"
                    with shrinking_progress() as tell:
                        shrunk = shrunk_again(case, self._shrink_s, tell) or shrunk
        named = f"[bold red]✗[/bold red] [bold]{escape(run.scenario)}[/bold]"
        self._console.print(f"{named} · it falls again, {how}", soft_wrap=True)
        self.found.append((run, shrunk))
        if shrunk is None:
            self._tell_as_it_is(run, token)
            return token
        self._show(shrunk)
        return token if shrunk.is_kept else replay_token(shrunk, self._names)

    def _tell(self, run: Played) -> str | None:
        self._console.print(found_line(run, self.campaign), soft_wrap=True)
        shrunk = None if RAISED in run.fell else self._shrunk(run)
        self.found.append((run, shrunk))
        if shrunk is not None:
            return replay_token(self._show(shrunk), self._names)
        token = self._whole(run)
        self._tell_as_it_is(run, token)
        return token if RAISED in run.fell else None

    def _tell_as_it_is(self, run: Played, token: str) -> None:
        """Tell what is not made small: an error, or what does not fall again."""
        self._say(f"  {run.said}")
        if RAISED in run.fell:
            self._say(f"where it comes from: boxoffice replay --traceback {token}")
        else:
            self._say(f"{NOT_AGAIN}{token}")

    def _show(self, shrunk: Shrunk) -> Shrunk:
        """Tell a story, if it is not one that was told; return the one that was."""
        first = self._told.setdefault(_gist(shrunk), shrunk)
        if first is shrunk:
            self._say(all_told(shrunk, self._names))
        else:
            self._say(f"  made small it is the story above: {replay_token(shrunk, self._names)}")
        return first

    def _shrunk(self, run: Played) -> Shrunk | None:
        try:
            with shrinking_progress() as tell:
                shrunk = shrunk_again(self._plan.again(run), self._shrink_s, tell)
        except Misuse:  # what was played as it was asked for draws other deeds when it is again
            return None
        still = shrunk is not None and shrunk.invariant in fallen(shrunk.outcome)
        return shrunk if still else None


def _gist(shrunk: Shrunk) -> tuple[object, ...]:
    """Return what two stories of one mistake have in common, whoever is in them, and when."""
    does = sorted(deed.does for deed in shrunk.kept)
    struck = sorted({it.kind for it in shrunk.outcome.faults if it.times})
    return shrunk.invariant, tuple(does), tuple(struck)


def _runs(number: int) -> str:
    return "1 run holds" if number == 1 else f"{number} runs hold"
