"""`make test-cluster`: Kubernetes on this machine, with the shop on it, put through its drills.

python -m tests.deploy.cluster [DRILL …]

The node and all that is on it end with this process, however that ends.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from tests.deploy.cluster import autoscaling, needs, programs
from tests.deploy.cluster.autopsy import autopsy
from tests.deploy.cluster.bringing_up import bring_up
from tests.deploy.cluster.drills.catalogue import ALL, NAMED, SCALE, USUAL
from tests.deploy.cluster.images import catalogue
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import CACHE, REPORT
from tests.deploy.cluster.report import Report

INTERRUPTED = 130
MISUSE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what lacks, bring the shop up, and drill; return 1 if something is not as it should."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    for unknown in set(asked.drills) - set(ALL):
        parser.error(f"there is no drill {unknown!r}: {', '.join(ALL)}")
    signal.signal(signal.SIGTERM, _interrupted)  # so that all is tidied up then, too
    report = Report()
    try:
        needs.check()
        if asked.if_built:
            programs.check_built(SCALE in asked.drills)
        with needs.alone():
            return _run(report, asked.drills or USUAL)
    except needs.Lacking as reason:
        print(reason, file=sys.stderr)
        return 0 if asked.if_built else MISUSE
    except KeyboardInterrupt:
        print("interrupted; nothing is left running", file=sys.stderr)
        return INTERRUPTED
    finally:
        if report.steps:
            report.write()
            print(report.table())
            print(f"as JSON: {REPORT}")


def _run(report: Report, wanted: Sequence[str]) -> int:
    scales = SCALE in wanted
    with report.step("programs") as step:
        for what in programs.build(scales):
            report.tell(f"  {what}")
        step.figure = "built from Go modules, or there"
    if scales:
        autoscaling.fetch()
    names = catalogue.images(scales)
    with report.step("images") as step:
        for what in catalogue.make(names):
            report.tell(f"  {what}")
        step.figure = f"{len(names)} images, made or there"
    with Node() as node:
        try:
            bring_up(node, names, report)
            for drill in wanted:
                with report.step(drill) as step:
                    ALL[drill](node, step)
        except Exception as failure:
            autopsy(node, failure)
            return 1
    return 0


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.deploy.cluster",
        description="Build a Kubernetes node on this machine, put the shop on it, and drill it. "
        f"Root is needed; what is built stays in {CACHE.name}/ below build/.",
    )
    known = f"{', '.join(USUAL)} unless named; also {', '.join(NAMED)}"
    parser.add_argument("drills", nargs="*", metavar="DRILL", help=known)
    said = "do nothing, and say what lacks, where it would have to be built first"
    parser.add_argument("--if-built", action="store_true", help=said)
    return parser


if __name__ == "__main__":
    sys.exit(main())
