"""Pods keep to the restricted profile, and to our own rules beyond it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

import re
from collections.abc import Iterator

from tests.deploy.kubernetes.documents import (
    Document,
    Documents,
    containers,
    each_container,
    of,
    pod,
    title,
    workloads,
)

VOLUMES = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim"}
    | {"projected", "secret"}
)
HOST = ("hostNetwork", "hostPID", "hostIPC")
PINNED = re.compile(r"[a-z0-9./:-]+(:v?\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})")


def findings(documents: Documents) -> list[str]:
    """Return what the restricted profile refuses, and what we refuse besides."""
    found = [*_namespaces(documents), *_accounts(documents)]
    for workload in workloads(documents):
        found += [f"{title(workload)}: {each}" for each in _pod(workload)]
    for where, workload, container in each_container(documents):
        found += [f"{where}: {each}" for each in _container(pod(workload), container)]
    return found


def _namespaces(documents: Documents) -> Iterator[str]:
    for namespace in of(documents, "Namespace"):
        labels = namespace["metadata"].get("labels", {})
        if labels.get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"{title(namespace)}: does not enforce the restricted profile"


def _pod(workload: Document) -> Iterator[str]:
    spec = pod(workload)
    yield from (f"uses {field}" for field in HOST if spec.get(field))
    for volume in spec.get("volumes", ()):
        for kind in set(volume) - VOLUMES - {"name"}:
            yield f"the volume {volume['name']} is a {kind}"
    for container in containers(workload):
        if any("hostPort" in port for port in container.get("ports", ())):
            yield f"{container['name']} takes a port of the node"


def _container(spec: Document, container: Document) -> Iterator[str]:
    context = {**spec.get("securityContext", {}), **container.get("securityContext", {})}
    if context.get("runAsNonRoot") is not True or context.get("runAsUser") == 0:
        yield "may run as root"
    if "runAsUser" not in context:
        yield "says no user, and an image may name its own by a word"
    if context.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "has no seccomp profile"
    if context.get("allowPrivilegeEscalation") is not False or context.get("privileged"):
        yield "may gain privileges"
    capabilities = context.get("capabilities", {})
    if capabilities.get("drop") != ["ALL"] or capabilities.get("add"):
        yield "keeps capabilities"
    if context.get("readOnlyRootFilesystem") is not True:
        yield "may write into its image"
    if not PINNED.fullmatch(container["image"]):
        yield f"the image {container['image']} is not pinned"


def _accounts(documents: Documents) -> Iterator[str]:
    bound = {
        subject["name"]
        for binding in of(documents, "RoleBinding", "ClusterRoleBinding")
        for subject in binding["subjects"]
    }
    for workload in workloads(documents):
        spec = pod(workload)
        mounted = spec.get("automountServiceAccountToken", True)
        if mounted != (spec.get("serviceAccountName") in bound):
            what = "gets a token without a role" if mounted else "has no token for its role"
            yield f"{title(workload)}: {what}"
