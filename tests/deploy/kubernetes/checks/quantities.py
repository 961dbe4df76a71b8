"""Every container says what it needs and where it ends, in quantities that make sense."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tests.deploy.kubernetes.documents import Documents, each_container, of, pod, title, workloads

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
QUANTITY = re.compile(r"(\d+(?:\.\d+)?)([numkMGTPE]|[KMGTPE]i)?")
SCALE = {
    "": Decimal(1),
    **{letter: Decimal(1000) ** power for power, letter in enumerate("kMGTPE", 1)},
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", 1)},
    **{letter: Decimal(1000) ** -power for power, letter in enumerate("mun", 1)},
}
REQUESTED = ("cpu", "memory")
LIMITED = ("memory",)  # more than its share of CPU time makes a pod slow and no node fall over


def findings(documents: Documents) -> list[str]:
    """Return the quantities that are missing, unreadable or contradict each other."""
    return [*_resources(documents), *_sizes(documents)]


def amount(quantity: object) -> Decimal:
    """Return a quantity as a number.  Raises: ValueError.

    >>> amount("500m"), amount("1Ki")
    (Decimal('0.500'), Decimal('1024'))
    """
    matched = QUANTITY.fullmatch(str(quantity))
    if matched is None:
        raise ValueError(f"{quantity} is no quantity")
    return Decimal(matched[1]) * SCALE[matched[2] or ""]


def _resources(documents: Documents) -> Iterator[str]:
    for where, _, container in each_container(documents):
        resources = container.get("resources", {})
        requests, limits = resources.get("requests", {}), resources.get("limits", {})
        yield from (f"{where}: requests no {each}" for each in REQUESTED if each not in requests)
        yield from (f"{where}: has no limit of {each}" for each in LIMITED if each not in limits)
        for resource, limit in limits.items():
            yield from _compared(where, resource, requests.get(resource, limit), limit)


def _compared(where: str, resource: str, request: object, limit: object) -> Iterator[str]:
    try:
        if not 0 < amount(request) <= amount(limit):
            yield f"{where}: requests {request} of {resource}, and {limit} is the limit"
    except ValueError as error:
        yield f"{where}: {error}"


def _sizes(documents: Documents) -> Iterator[str]:
    for workload in workloads(documents):
        for volume in pod(workload).get("volumes", ()):
            if "emptyDir" in volume and "sizeLimit" not in (volume["emptyDir"] or {}):
                yield f"{title(workload)}: {volume['name']} may fill the node"
    claims = [*of(documents, "PersistentVolumeClaim")]
    for workload in of(documents, "StatefulSet"):
        claims += workload["spec"].get("volumeClaimTemplates", ())
    for claim in claims:
        name, asked = claim["metadata"]["name"], claim["spec"]["resources"]["requests"]["storage"]
        try:
            if amount(asked) < amount("100Mi"):
                yield f"{name}: {asked} is hardly a store"
        except ValueError as error:
            yield f"{name}: {error}"
