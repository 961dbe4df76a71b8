"""The shop stays up, for people to practise on with the manual, until they have had enough."""

import shlex
import signal
import sys
from typing import Final

from tests.deploy.cluster.bringing_up import CERTIFICATE
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import STATE
from tests.deploy.cluster.report import Step
from tests.house.tree import ROOT

ENTER: Final = STATE / "enter"


def holding(node: Node, step: Step) -> None:
    """Write a script that leads into the node, name it, and wait for Ctrl-C."""
    ENTER.write_text(entrance(node), encoding="utf-8")
    ENTER.chmod(0o755)
    print(
        f"{ENTER} opens a shell on the node, or runs what follows it there: kubectl, nats,\n"
        f"boxoffice, curl. The authority of its certificate is {CERTIFICATE}.\n"
        "Ctrl-C here ends the node with all that is on it.",
        file=sys.stderr,
        flush=True,
    )
    try:
        signal.pause()
    except KeyboardInterrupt:
        step.figure = "held until it was interrupted"


def entrance(node: Node) -> str:
    """Return a shell script that runs its words in the node, a shell if it has none."""
    seen = node.environment
    own = {name: seen[name] for name in ("HOME", "KUBECONFIG")}
    own["PATH"] = f"{ROOT / '.venv' / 'bin'}:{seen['PATH']}"
    lines = [f"export {name}={shlex.quote(value)}" for name, value in own.items()]
    # Proxies of this machine are out of reach from there.
    gone = "unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY"
    inside = shlex.join(node.command("env", f"--chdir={ROOT}"))
    return "\n".join(["#!/bin/sh", *lines, gone, f'exec {inside} "${{@:-bash}}"', ""])
