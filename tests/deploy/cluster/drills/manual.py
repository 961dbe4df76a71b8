"""What the manual tells people to type, typed."""

from pathlib import Path
from typing import Final

from tests.deploy.cluster.bringing_up import LOCAL
from tests.deploy.cluster.node import Node
from tests.house.tree import ROOT

PAGES: Final = ROOT / "docs"
WITHIN_S: Final = 300
# Who types is slower than a port is forwarded.
FORWARDED: Final = 'until nats --server "$NATS_URL" rtt >/dev/null 2>&1; do sleep 0.2; done'
AFTERWARDS: Final = "trap 'kill $(jobs -p); pkill -x kubectl' EXIT"  # of this node alone


def block(page: str, beginning: str) -> str:
    """Return the lines of a page that are to be typed, by how the first of them begins."""
    text = (PAGES / page).read_text(encoding="utf-8")
    blocks = [""]
    for line in text.splitlines():
        if line.startswith("    "):
            blocks[-1] += line.removeprefix("    ") + "\n"
        elif blocks[-1]:
            blocks.append("")
    (found,) = (it for it in blocks if it.startswith(beginning))
    return found


def typed(node: Node, folder: Path, *blocks: str) -> str:
    """Run blocks as one script in a folder, with NATS within reach; return what they print.

    Raises: CalledProcessError, TimeoutExpired.
    """
    folder.mkdir(exist_ok=True)
    forward = block("operating.md", "while :; do kubectl -n boxoffice port-forward service/nats")
    lines = [AFTERWARDS, forward, FORWARDED, *blocks]
    script = "\n".join(lines).replace("OVERLAY", str(LOCAL))
    script = script.replace("--replicas=2", "--replicas=1")  # which the manual has one note first
    return node.run("bash", "-euo", "pipefail", "-c", f"cd {folder}\n{script}", within_s=WITHIN_S)
