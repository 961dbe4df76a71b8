"""Manifests as data: what an installation consists of, and what selects what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Document = dict[str, Any]
Documents = Sequence[Document]

WORKLOADS: Final = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")


def of(documents: Documents, *kinds: str) -> list[Document]:
    """Return the documents of these kinds."""
    return [each for each in documents if each["kind"] in kinds]


def named(documents: Documents, kind: str, name: str) -> Document:
    """Return one document.  Raises: LookupError."""
    for each in of(documents, kind):
        if each["metadata"]["name"] == name:
            return each
    raise LookupError(f"{kind}/{name}")


def names(documents: Documents, *kinds: str) -> set[str]:
    """Return the names of the documents of these kinds."""
    return {each["metadata"]["name"] for each in of(documents, *kinds)}


def title(document: Document) -> str:
    """Return how kubectl calls a document."""
    return f"{document['kind']}/{document['metadata']['name']}"


def labels(document: Document) -> Mapping[str, str]:
    """Return the labels of a document or of a pod template."""
    return document.get("metadata", {}).get("labels") or {}


def workloads(documents: Documents) -> list[Document]:
    """Return whatever makes pods."""
    return of(documents, *WORKLOADS)


def template(workload: Document) -> Document:
    """Return the template of the pods that a workload makes."""
    spec = workload["spec"]
    if workload["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    found: Document = spec["template"]
    return found


def pod(workload: Document) -> Document:
    """Return what the pods of a workload are made of."""
    spec: Document = template(workload)["spec"]
    return spec


def containers(workload: Document) -> list[Document]:
    """Return the containers of a workload's pods, those that come first included."""
    spec = pod(workload)
    return [*spec.get("initContainers", ()), *spec["containers"]]


def ports(workload: Document) -> dict[str, int]:
    """Return the ports of a workload's pods by name."""
    return {
        port.get("name", str(port["containerPort"])): port["containerPort"]
        for container in containers(workload)
        for port in container.get("ports", ())
    }


def each_container(documents: Documents) -> Iterator[tuple[str, Document, Document]]:
    """Yield what to call a container, its workload, and the container."""
    for workload in workloads(documents):
        for container in containers(workload):
            yield f"{title(workload)} {container['name']}", workload, container


def selects(selector: Mapping[str, Any] | None, having: Mapping[str, str]) -> bool:
    """Tell whether a label selector takes these labels; an empty one takes all, none takes none."""
    if selector is None:
        return False
    equal = (selector.get("matchLabels") or {}).items() <= having.items()
    return equal and all(_meets(each, having) for each in selector.get("matchExpressions", ()))


def _meets(expression: Mapping[str, Any], having: Mapping[str, str]) -> bool:
    value, values = having.get(expression["key"]), expression.get("values", ())
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None


def walk(value: Any) -> Iterator[Any]:
    """Yield a value and all that is inside it."""
    yield value
    inside: Sequence[Any] = ()
    if isinstance(value, Mapping):
        inside = list(value.values())
    elif isinstance(value, list):
        inside = value
    for each in inside:
        yield from walk(each)
