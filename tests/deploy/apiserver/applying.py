"""A real API server takes every overlay and every combination, and every pod that comes of them.

`make test-apiserver` builds the server and runs this; `.ci/run` has each document taken once, in
no combination.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml
from pytest import TempPathFactory, fixture, mark

from tests.deploy.apiserver.kubectl import Kubectl, Said
from tests.deploy.apiserver.server import PROGRAMS, api_server
from tests.deploy.kubernetes.building import MANIFESTS
from tests.deploy.kubernetes.combinations import Combination, every
from tests.deploy.kubernetes.documents import Document, of, template, workloads
from tests.deploy.kubernetes.facts import NAMESPACE, SERVICES
from tests.deploy.kubernetes.installation import Installations, install

OVERLAYS = ("local", "production")
CRDS = PROGRAMS.parent / "crds"
# What the controller of service accounts would put into every namespace.
ACCOUNT = {
    "apiVersion": "v1",
    "kind": "ServiceAccount",
    "metadata": {"name": "default", "namespace": NAMESPACE},
}
PRIVILEGED = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "privileged", "namespace": NAMESPACE},
    "spec": {
        "containers": [{"name": "it", "image": "it", "securityContext": {"privileged": True}}]
    },
}
MISSPELT = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "misspelt", "namespace": NAMESPACE},
    "spec": {"ports": [{"prot": 80}]},
}


@fixture(scope="session")
def installations(tmp_path_factory: TempPathFactory) -> Installations:
    return install(every(), tmp_path_factory.mktemp("k8s"))


@fixture(scope="session")
def kubectl(tmp_path_factory: TempPathFactory) -> Iterator[Kubectl]:
    with api_server(tmp_path_factory.mktemp("apiserver")) as config:
        kubectl = Kubectl(config)
        pages = [page.read_text(encoding="utf-8") for page in sorted(CRDS.glob("*.yaml"))]
        definitions = [each for page in pages for each in yaml.safe_load_all(page) if each]
        assert definitions
        assert kubectl.apply(definitions).complaints == []
        assert kubectl.wait_for("Established", "crd").complaints == []
        yield kubectl


@fixture
def emptied(kubectl: Kubectl) -> Iterator[list[Document]]:
    """What is put into this is removed afterwards, save for the namespace."""
    documents: list[Document] = []
    yield documents
    gone = [each for each in documents if each["kind"] != "Namespace"]
    assert kubectl.delete(gone).complaints == []


def pods(documents: list[Document]) -> list[Document]:
    """Return a pod for each template, as a controller would make it."""
    return [_pod(workload) for workload in workloads(documents)]


def _pod(workload: Document) -> Document:
    pod = json.loads(json.dumps(template(workload)))
    name = f"{workload['kind'].lower()}-{workload['metadata']['name']}"
    pod["metadata"] |= {"name": name, "namespace": NAMESPACE}
    claims = workload["spec"].get("volumeClaimTemplates", ())
    volumes = [_claimed(claim["metadata"]["name"], name) for claim in claims]
    pod["spec"]["volumes"] = [*pod["spec"].get("volumes", ()), *volumes]
    return {"apiVersion": "v1", "kind": "Pod", **pod}


def _claimed(claim: str, pod: str) -> Document:
    return {"name": claim, "persistentVolumeClaim": {"claimName": f"{claim}-{pod}"}}


def takes(kubectl: Kubectl, said: Said, documents: list[Document], count: Counter[str]) -> None:
    assert said.complaints == []
    assert len(said.done) == len(documents)
    assert all(line.endswith(" serverside-applied") for line in said.done), said.done
    assert kubectl.apply([ACCOUNT]).complaints == []
    would = kubectl.would_create(pods(documents))
    assert would.complaints == []
    assert len(would.done) == len(pods(documents)) >= len(SERVICES)
    count["objects applied"] += len(documents)
    count["pods admitted"] += len(would.done)
    count["installations"] += 1


def there(kubectl: Kubectl, installations: Installations) -> None:
    """Make the namespace, and what a pod in it needs."""
    spaces = [it for it in installations.built[Combination("local")] if it["kind"] == "Namespace"]
    assert kubectl.apply([*spaces, ACCOUNT]).complaints == []


@mark.parametrize("overlay", OVERLAYS)
def test_an_overlay_is_applied_as_the_readme_says(
    overlay: str,
    kubectl: Kubectl,
    installations: Installations,
    emptied: list[Document],
    count: Counter[str],
) -> None:
    documents = installations.built[Combination(overlay)]
    emptied += documents
    takes(kubectl, kubectl.apply_folder(MANIFESTS / "overlays" / overlay), documents, count)


@mark.parametrize("combination", every(), ids=str)
def test_a_combination_is_applied(
    combination: Combination,
    kubectl: Kubectl,
    installations: Installations,
    emptied: list[Document],
    count: Counter[str],
) -> None:
    documents = installations.built[combination]
    emptied += documents
    takes(kubectl, kubectl.apply(documents), documents, count)


def test_each_document_is_taken_once(
    kubectl: Kubectl, installations: Installations, count: Counter[str]
) -> None:
    there(kubectl, installations)
    documents = installations.distinct()
    assert kubectl.apply(of(documents, "ServiceAccount")).complaints == []  # which pods ask for
    said = kubectl.would_apply(documents)
    assert said.complaints == []
    assert len(said.done) == len(documents)
    made = list({json.dumps(it): it for it in pods(documents)}.values())
    would = kubectl.would_create(made)
    assert would.complaints == []
    assert len(would.done) == len(made) >= len(SERVICES)
    count["documents taken by themselves"] += len(documents)
    count["pods admitted"] += len(made)


@mark.parametrize(
    ("wrong", "because"),
    [(PRIVILEGED, 'violates PodSecurity "restricted'), (MISSPELT, "unknown field")],
    ids=["a privileged pod", "a field that nobody knows"],
)
def test_what_is_wrong_is_refused(
    wrong: dict[str, Any], because: str, kubectl: Kubectl, installations: Installations
) -> None:
    there(kubectl, installations)
    refused = kubectl.would_create([wrong]).complaints
    assert any(because in line for line in refused), refused
