"""Three people buy at the shop's own address, through the ingress and every policy."""

from tests.deploy.cluster.bringing_up import check
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.report import Step


def buying(node: Node, step: Step) -> None:
    """Run `boxoffice check`."""
    step.figure = said_by_check(node)


def said_by_check(node: Node, *options: str) -> str:
    """Return how many steps work.  Raises: CalledProcessError, if one does not."""
    lines = check(node, *options).splitlines()
    works = sum(line.startswith("✓") for line in lines)
    assert works >= len(lines) - 2, lines  # two want options of their own
    return f"boxoffice check: {works} of {len(lines)} steps work, none fails"
