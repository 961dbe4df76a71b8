"""A crowd that buys while something is done to the shop."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from boxoffice.real.guard import guarded
from tests.deploy.cluster.bringing_up import CERTIFICATE
from tests.deploy.cluster.node import Node
from tests.deploy.kubernetes.facts import HOST
from tests.house.tree import ROOT

BUYERS: Final = 20
PAUSE_S: Final = 3.0  # two processors are shared by all of the cluster
ENDS_WITHIN_S: Final = 120


@dataclass
class Business:
    """What came of it, once the crowd has gone home."""

    buyers: int
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Return it as a figure of a table."""
        it = self.found
        return (
            f"{self.buyers} buyers, {it['requests']} requests, {len(it['failures'])} failed, "
            f"{it['purchases']} bought, {it['longest_gap_s']:.1f} s the longest without"
        )


@contextmanager
def buying(node: Node, buyers: int = BUYERS) -> Iterator[Business]:
    """Have people buy meanwhile; nobody may be refused, and no request fail."""
    business = Business(buyers)
    with meanwhile(node, "crowding", str(buyers), str(PAUSE_S)) as crowd:
        yield business
        said, _ = crowd.communicate(timeout=ENDS_WITHIN_S)
    business.found = json.loads(said)
    assert business.found["failures"] == [], business.found
    assert business.found["surprises"] == [], business.found
    assert business.found["purchases"] > buyers, business.found


@contextmanager
def meanwhile(node: Node, script: str, *asked: str) -> Iterator[subprocess.Popen[str]]:
    """Run a script beside this one in the node, from when it says that it has begun."""
    with subprocess.Popen(
        guarded(node.command(*told(script, *asked))),
        cwd=ROOT,
        env=node.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            assert running.stdout is not None, "it is a pipe"
            assert running.stdout.readline(), f"{script} has begun"
            yield running
        finally:
            running.kill()


def told(script: str, *asked: str) -> list[str | Path]:
    """Return the command line of a script that is beside this one, and does it to the shop."""
    places = ("env", f"SSL_CERT_FILE={CERTIFICATE}", f"PYTHONPATH={ROOT}:{ROOT / 'sim'}")
    module = f"tests.deploy.cluster.drills.{script}"
    return [*places, sys.executable, "-m", module, f"https://{HOST}", *asked]
