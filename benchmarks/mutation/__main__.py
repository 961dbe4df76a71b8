"""Mistakes put into the services one at a time: which do storms find, and which the suite?

python -m benchmarks.mutation [--sample 150] [--seed 1] [--runs 450] [--json FILE]

Works on a copy of the tree in a temporary folder.  What is in FILE is not tried again, save with
--again what storms have not found and reasons.json tells nothing of; Ctrl-C ends it with what there
is by then.  With --no-suite the suite is left for another time; of what reasons.json calls
equivalent it is never asked.
"""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.mutation.kept import Kept, Result
from benchmarks.mutation.limited import end_all
from benchmarks.mutation.reasons import kind_of
from benchmarks.mutation.report import document, score
from benchmarks.mutation.sample import ROOT, Mutant, drawn
from benchmarks.mutation.trial import Tree, Verdict

DOCUMENT: Final = ROOT / "docs" / "mutants.md"


def main() -> None:
    """Draw, try and tell."""
    asked = _asked()
    kept = Kept(asked.json)
    with TemporaryDirectory() as folder:
        sample = kept.sample(
            asked.sample, asked.seed, lambda: drawn(asked.sample, asked.seed, Path(folder) / "env")
        )
        todo = [it for it in sample if _is_to_do(it, kept.found.get(it.key), asked)]
        print(f"{len(sample)} mutants, of which {len(todo)} are to be tried", flush=True)
        try:
            for mutant, result in _tried(todo, kept, asked, Path(folder)):
                kept.add(mutant, result)
                done = sum(it.key in kept.found for it in sample)
                print(f"[{done}/{len(sample)}] {_told(mutant, result)}", flush=True)
        except KeyboardInterrupt:
            print("ended by hand")
    results = [kept.found[it.key] for it in sample if it.key in kept.found]
    print(score(results))
    if asked.markdown:
        command = f"python -m benchmarks.mutation --sample {asked.sample} --seed {asked.seed}"
        DOCUMENT.write_text(document(results, command), encoding="utf-8")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sample", type=int, default=150, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--runs", type=int, default=450, metavar="N", help="of storms, a mutant")
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what is known, and becomes so")
    parser.add_argument("--again", action="store_true", help="try what has no reason yet")
    parser.add_argument("--only", default="", metavar="TEXT", help="those whose key has it")
    parser.add_argument("--no-suite", action="store_true", help="storms alone, for now")
    parser.add_argument("--markdown", action="store_true", help=f"write {DOCUMENT.name}")
    return parser.parse_args()


def _is_to_do(mutant: Mutant, known: Result | None, asked: argparse.Namespace) -> bool:
    if asked.only not in mutant.key:
        return False
    if known is None:
        return True
    if known["found_by"] == "unasked" and not asked.no_suite:
        return True
    return bool(asked.again) and known["found_by"] != "storms" and not kind_of(mutant.key)


def _tried(
    todo: Sequence[Mutant], kept: Kept, asked: argparse.Namespace, folder: Path
) -> Iterator[tuple[Mutant, Result]]:
    trees = SimpleQueue[Tree]()
    for number in range(asked.jobs):
        (folder / str(number)).mkdir()
        trees.put(Tree(folder / str(number)))

    def tried(mutant: Mutant) -> Result:
        tree = trees.get()
        try:
            return _result(tree, mutant, kept.found.get(mutant.key), asked)
        finally:
            trees.put(tree)

    with ThreadPoolExecutor(asked.jobs) as pool:
        trying = {pool.submit(tried, it): it for it in todo}
        try:
            for done in as_completed(trying):
                yield trying[done], done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()


def _result(tree: Tree, mutant: Mutant, known: Result | None, asked: argparse.Namespace) -> Result:
    """Have the storms play it, unless they have, and then the suite, unless it has."""
    about = {name: value for name, value in asdict(mutant).items() if name != "text"}
    if known is None or asked.again:
        storms = tree.storms(mutant, asked.runs)
    else:
        storms = Verdict("", "", known["runs"], known["processor_s"])
    if storms.found_by:
        return {**about, **asdict(storms)}
    if known is not None and known["found_by"] in ("", "suite"):
        suite = Verdict(known["found_by"], known["by"])
    elif kind_of(mutant.key) == "equivalent":
        suite = Verdict("")
    elif asked.no_suite:
        suite = Verdict("unasked")
    else:
        suite = tree.suite(mutant)
    spent_s = storms.processor_s + suite.processor_s
    return {**about, **asdict(Verdict(suite.found_by, suite.by, storms.runs, spent_s))}


def _told(mutant: Mutant, result: Result) -> str:
    by = f"{result['found_by'] or 'SURVIVED'} {result['by']}".strip()
    spent = f"{result['runs']} runs, {result['processor_s']:.0f} s"
    return f"{mutant.path}:{mutant.line} {mutant.change[:160]}\n    {by} ({spent})"


if __name__ == "__main__":
    main()
