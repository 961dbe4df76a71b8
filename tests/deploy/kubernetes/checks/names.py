"""Names are such as the API server takes, with room for what it appends."""

import re
from collections.abc import Iterator

from tests.deploy.kubernetes.documents import (
    Document,
    Documents,
    each_container,
    labels,
    pod,
    template,
    title,
    walk,
    workloads,
)

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SUBDOMAIN = re.compile(rf"{LABEL.pattern}(\.{LABEL.pattern})*")
VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
KEY = re.compile(r"[-._a-zA-Z0-9]+")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SYSTEM = re.compile(r"[a-z][-a-z0-9:.]*")  # roles may have colons

# A pod is its workload and a suffix, in a label of 63: a Deployment's replica set has up to 11
# more, a StatefulSet's revision 11, a CronJob's job 11.
LENGTHS = {"Deployment": 52, "StatefulSet": 52, "CronJob": 52, "Job": 63, "Service": 63}
PORT_LENGTH = 15
CLUSTER_WIDE = frozenset(
    {"Namespace", "ClusterRole", "ClusterRoleBinding", "GatewayClass", "PriorityClass"}
)


def findings(documents: Documents) -> list[str]:
    """Return the names that would be refused."""
    found = [*_of_ports(documents), *_variables(documents), *_namespaces(documents)]
    for document in documents:
        found += [f"{title(document)}: {each}" for each in _wrong(document)]
    return found


def _wrong(document: Document) -> Iterator[str]:
    kind, name = document["kind"], document["metadata"]["name"]
    pattern = LABEL if kind in LENGTHS or kind == "Namespace" else SUBDOMAIN
    if kind.endswith(("Role", "RoleBinding")):
        pattern = SYSTEM
    if len(name) > LENGTHS.get(kind, 63) or not pattern.fullmatch(name):
        yield "its name would be refused"
    made_for = [document, template(document)] if document in workloads([document]) else [document]
    for label, value in (pair for each in made_for for pair in labels(each).items()):
        short = label.rpartition("/")[2]
        bad = len(short) > 63 or len(value) > 63
        if bad or not KEY.fullmatch(short) or not VALUE.fullmatch(value):
            yield f"the label {label}: {value} would be refused"
    for key in document.get("data", {}) if kind in ("ConfigMap", "Secret") else ():
        if len(key) > 253 or not KEY.fullmatch(key):
            yield f"the key {key} would be refused"


def _of_ports(documents: Documents) -> Iterator[str]:
    for document in documents:
        for each in walk(document):
            if isinstance(each, dict) and "containerPort" in each:
                name = each.get("name", "")
                if len(name) > PORT_LENGTH or not LABEL.fullmatch(name):
                    yield f"{title(document)}: the port name {name!r} would be refused"


def _variables(documents: Documents) -> Iterator[str]:
    for where, workload, container in each_container(documents):
        if not LABEL.fullmatch(container["name"]) or len(container["name"]) > 63:
            yield f"{where}: its name would be refused"
        met: set[str] = set()
        for variable in container.get("env", ()):
            if not VARIABLE.fullmatch(variable["name"]):
                yield f"{where}: the variable {variable['name']} would be refused"
            for used in re.findall(r"(?<!\$)\$\((\w+)\)", variable.get("value", "")):
                if used not in met:
                    yield f"{where}: {variable['name']} uses {used} before it is there"
            met.add(variable["name"])
        twice = len(container.get("env", ())) - len(met)
        if twice:
            yield f"{where}: {twice} variables come twice"
        volumes = [each["name"] for each in pod(workload).get("volumes", ())]
        if not all(LABEL.fullmatch(each) and len(each) <= 63 for each in volumes):
            yield f"{where}: the name of a volume would be refused"


def _namespaces(documents: Documents) -> Iterator[str]:
    spaces = {each["metadata"]["name"] for each in documents if each["kind"] == "Namespace"}
    if len(spaces) != 1:
        yield f"there are {len(spaces)} namespaces, and one is meant"
    for document in documents:
        space = document["metadata"].get("namespace")
        if document["kind"] not in CLUSTER_WIDE and space not in spaces:
            yield f"{title(document)}: is in the namespace {space}"
