"""What went wrong, in words: of the command that failed, of pods, and of daemons."""

import subprocess
import sys
from typing import Final

from tests.deploy.cluster.kubectl import Kubectl, is_ready
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import LOGS

LINES: Final = 25


def autopsy(node: Node, failure: Exception) -> None:
    """Say it all on standard error; logs of the node's own programs stay where they are."""
    _say(f"FAILED: {type(failure).__name__}: {failure}")
    for name in ("stdout", "stderr"):
        text = getattr(failure, name, None)
        if text:
            _say(text if isinstance(text, str) else text.decode(errors="replace"))
    for name in node.ended():
        _say(f"{name} has ended:", _last((LOGS / f"{name}.log").read_text(errors="replace")))
    kubectl = Kubectl(node)
    try:
        _say(kubectl("get", "pods", "--all-namespaces", "--output", "wide"))
        _say(_last(kubectl("get", "events", "--sort-by=.lastTimestamp")))
        for pod in kubectl.pods():
            if not is_ready(pod):
                _say_of_pod(kubectl, pod["metadata"]["name"])
    except subprocess.SubprocessError as error:
        _say(f"kubectl says no more: {error}")
    _say(f"the logs of the node's own programs: {LOGS}")


def _say_of_pod(kubectl: Kubectl, name: str) -> None:
    _say(f"== {name}", _last(kubectl("describe", "pod", name)))
    for options in ((), ("--previous",)):
        try:
            told = kubectl("logs", name, "--all-containers", f"--tail={LINES}", *options)
        except subprocess.SubprocessError:
            continue
        _say(f"== log of {name} {' '.join(options)}", told)


def _last(text: str) -> str:
    return "\n".join(text.splitlines()[-LINES:])


def _say(*texts: str) -> None:
    for text in texts:
        print(text, file=sys.stderr, flush=True)
