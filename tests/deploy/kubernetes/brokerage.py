"""NATS as an installation would run it: its files, and what they find in the environment."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.deploy.kubernetes.building import MANIFESTS, build
from tests.deploy.kubernetes.checks.settings import environment
from tests.deploy.kubernetes.documents import Documents, containers, named, of
from tests.deploy.kubernetes.secrets import drawn, expected

USERS = "nats-users"
POD_NAME = "nats-0"


def local() -> Documents:
    """Return the local overlay with the secrets that its Job draws."""
    return [*build(MANIFESTS / "overlays" / "local"), *expected("local", "")]


def files(documents: Documents) -> Mapping[str, str]:
    """Return the files of the server by name."""
    (found,) = [each["data"] for each in of(documents, "ConfigMap") if "nats.conf" in each["data"]]
    held: Mapping[str, str] = found
    return held


def variables(documents: Documents) -> Mapping[str, str]:
    """Return the environment of the server, as Kubernetes puts one variable into another."""
    container = containers(named(documents, "StatefulSet", "nats"))[0]
    found: dict[str, str] = {}
    for name, value in environment(documents, container).items():
        given = value or drawn()[USERS]["operator-password"]  # as only an operator knows it
        found[name] = re.sub(r"\$\((\w+)\)", lambda it: found[it[1]], given)
    return found | {"POD_NAME": POD_NAME}


def laid_down(documents: Documents, folder: Path) -> Path:
    """Write the files as they are, but for their places; return the one to begin with."""
    for name, text in files(documents).items():
        here = text.replace("/data", str(folder / "data")).replace("/run/nats", str(folder))
        (folder / name).write_text(here, encoding="utf-8")
    return folder / "nats.conf"
