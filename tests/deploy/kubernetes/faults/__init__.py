"""Manifests broken on purpose: for each thing that a cross-check says, something that is so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import Document, containers, named, pod

Change = Callable[[list[Document]], object]

LOCAL: Final = Combination("local", options=("monitoring",))
INGRESS: Final = Combination("production", options=("monitoring",))
GATEWAY: Final = Combination("production", options=("gateway",))
COLLECTOR: Final = Combination("production", options=("collector",))
KEDA: Final = Combination("production", options=("keda",))


@dataclass(frozen=True)
class Fault:
    """A change to an installation, the check that must notice, and what it must say."""

    name: str
    check: str
    says: str
    change: Change
    combination: Combination


FAULTS: Final[list[Fault]] = []


def fault(check: str, says: str, combination: Combination = INGRESS) -> Callable[[Change], Change]:
    """Make a function a fault that `check` has to notice."""

    def register(change: Change) -> Change:
        name = getattr(change, "__name__", "").replace("_", "-")
        FAULTS.append(Fault(name, check, says, change, combination))
        return change

    return register


def deployment(documents: list[Document], name: str = "orders") -> Document:
    """Return the Deployment of a service."""
    return named(documents, "Deployment", name)


def spec(documents: list[Document], name: str = "orders") -> Document:
    """Return what the pods of a service are made of."""
    return pod(deployment(documents, name))


def container(documents: list[Document], name: str = "orders") -> Document:
    """Return the container of a service."""
    return containers(deployment(documents, name))[0]


def server(documents: list[Document], name: str = "nats") -> Document:
    """Return the container of a server that the services use."""
    return containers(named(documents, "StatefulSet", name))[0]


def variable(documents: list[Document], setting: str, name: str = "orders") -> Document:
    """Return one variable of a service."""
    env: list[Document] = container(documents, name)["env"]
    return next(each for each in env if each["name"] == setting)


def remove(documents: list[Document], kind: str, name: str) -> None:
    """Take a document out of an installation."""
    documents.remove(named(documents, kind, name))


def policy(documents: list[Document], name: str = "orders") -> Document:
    """Return what a network policy says."""
    found: Document = named(documents, "NetworkPolicy", name)["spec"]
    return found


def rules(documents: list[Document]) -> Iterator[Any]:
    """Yield every alert rule."""
    for group in named(documents, "PrometheusRule", "boxoffice")["spec"]["groups"]:
        yield from group["rules"]
