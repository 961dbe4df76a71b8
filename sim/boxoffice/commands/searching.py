"""One search from the command line: what was found before, what is found, what is kept of it."""

from pathlib import Path

from boxoffice.commands.findings import all_told, found_line, replay_token
from boxoffice.commands.output import write_text
from boxoffice.commands.progress import campaign_progress, shrinking_progress, spinner
from boxoffice.misuse import Misuse
from boxoffice.search import Campaign, Case, Names, Plan, Shrunk, case_of, explore
from boxoffice.search.kept import Kept
from boxoffice.search.played import Played, play
from boxoffice.search.record import Record, compared, record_in
from boxoffice.search.shrinking import kept, shrunk_again
from boxoffice.search.strategies.strategy import Strategy
from boxoffice.search.token import token_of
from boxoffice.search.workers import Players
from boxoffice.terminal import Console


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
        self._file = campaign_file
        self._record = (record_in(campaign_file) if campaign_file else None) or Record(told)
        self._before = record_in(against) if against else None
        if against and self._before is None:
            raise Misuse(f"there is no campaign {against}")
        if self._record.plan != told:
            raise Misuse(f"{campaign_file} is a campaign of {self._record.plan!r}, not of {told!r}")

    def play_kept(self) -> int:
        """Play what was found before; return how many runs of it still fall."""
        if self._kept.is_damaged:
            self._say(f"{self._kept.file} cannot be read: nothing is kept until it is removed")
        tokens, still, unknown = self._kept.tokens, list[str](), 0
        with spinner("playing what was found before") as say:
            for nth, token in enumerate(tokens, 1):
                say(f"playing what was found before, {nth} of {len(tokens)}")
                try:
                    case, _ = case_of(token, self._names)
                    if self._falls_again(case):
                        still.append(token)
                except Misuse:  # what it names is gone, or draws other deeds by now
                    unknown += 1
        self._kept.keep(still)
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
        """Play cases that have not been played, and tell what falls."""
        try:
            with campaign_progress(within_s, runs) as tell:
                explore(
                    self._plan,
                    within_s=within_s,
                    runs=runs,
                    first=self._record.next,
                    jobs=jobs,
                    keep_going=keep_going,
                    tell=tell,
                    campaign=self.campaign,
                    strategy=strategy,
                    twice=twice,
                    players=players,
                )
        except KeyboardInterrupt:  # the next one goes on from here, with what has fallen so far
            whole = {fell: self._whole(run) for fell, run in self.campaign.fell.items()}
            self._kept.keep([*self._kept.tokens, *whole.values()])
            self._save(dict(whole))
            for fell, token in whole.items():
                self._say(f"{', '.join(fell)} fell, and was not made smaller: {token}")
            raise
        if twice and not self.campaign.twice:
            self._say("no run was played twice, so that no trace was compared")
        tokens = dict[tuple[str, ...], str | None]()
        for fell, run in self.campaign.fell.items():
            tokens[fell] = self._tell(run)
        if not self._kept.keep([*self._kept.tokens, *filter(None, tokens.values())]):
            self._say(f"what was found cannot be kept in {self._kept.file}")
        self._save(tokens)

    def tell_record(self) -> None:
        """Say where the campaign is kept, and what it shows beside another."""
        if self._file is not None:
            said = f"{self._record.runs} runs so far, in {self._file}"
            self._say(said)
        if self._before is not None:
            for line in compared(self._record, self._before):
                self._say(f"  {line}")

    def _save(self, tokens: dict[tuple[str, ...], str | None]) -> None:
        self._record.add(self.campaign, tokens)
        if self._file is not None:
            write_text(self._file, self._record.as_text())

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, markup=False, highlight=False)

    def _whole(self, run: Played) -> str:
        return token_of(self._plan.again(run), self._names)

    def _falls_again(self, case: Case) -> bool:
        run = play(case)
        if not run.fell:
            return False
        shrunk = kept(case)
        assert shrunk is not None, "the same run falls each time"
        self.found.append((run, shrunk))
        line = f"[bold red]✗[/bold red] [bold]{run.scenario}[/bold] · it falls again, as before"
        self._console.print(line, soft_wrap=True)
        self._show(shrunk)
        return True

    def _tell(self, run: Played) -> str | None:
        self._console.print(found_line(run, self.campaign), soft_wrap=True)
        shrunk = self._shrunk(run)
        self.found.append((run, shrunk))
        if shrunk is None:
            self._console.print(f"  {run.said}", soft_wrap=True, markup=False, highlight=False)
            return None
        return replay_token(self._show(shrunk), self._names)

    def _show(self, shrunk: Shrunk) -> Shrunk:
        """Tell a story, if it is not one that was told; return the one that was."""
        first = self._told.setdefault(_gist(shrunk), shrunk)
        if first is shrunk:
            self._say(all_told(shrunk, self._names))
        else:
            self._say(f"  made small it is the story above: {replay_token(shrunk, self._names)}")
        return first

    def _shrunk(self, run: Played) -> Shrunk | None:
        with shrinking_progress() as tell:
            return shrunk_again(self._plan.again(run), self._shrink_s, tell)


def _gist(shrunk: Shrunk) -> tuple[object, ...]:
    """Return what two stories of one mistake have in common, whoever is in them, and when."""
    does = sorted(deed.does for deed in shrunk.kept)
    struck = sorted({it.kind for it in shrunk.outcome.faults if it.times})
    return shrunk.invariant, tuple(does), tuple(struck)


def _runs(number: int) -> str:
    return "1 run holds" if number == 1 else f"{number} runs hold"
