"""What stands beside the manifests agrees with them: image, development loop and README."""

import re
from typing import Any

import yaml

from tests.deploy.dockerfile import DOCKERFILE, stages
from tests.deploy.kubernetes.checks.settings import served
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import named, names, pod
from tests.deploy.kubernetes.facts import NAMESPACE, PORT, SETTINGS
from tests.deploy.kubernetes.installation import Installations
from tests.house.tree import ROOT

LOCAL = Combination("local")


def _skaffold() -> Any:
    return yaml.safe_load((ROOT / "skaffold.yaml").read_text(encoding="utf-8"))


def test_pods_run_as_the_user_of_the_image_and_listen_where_it_says(
    installations: Installations,
) -> None:
    last = stages(DOCKERFILE.read_text(encoding="utf-8"))[-1]
    user, group = next(each.text for each in last if each.name == "USER").split(":")
    exposed = next(each.text for each in last if each.name == "EXPOSE")
    contexts = [pod(each)["securityContext"] for each, _, _ in served(installations.built[LOCAL])]
    assert {(each["runAsUser"], each["runAsGroup"]) for each in contexts} == {
        (int(user), int(group))
    }
    assert int(exposed) == PORT


def test_whatever_can_be_set_is_set_in_one_place(installations: Installations) -> None:
    containers = [each for *_, each in served(installations.built[LOCAL])]
    given = {it["name"] for each in containers for it in each["env"]}
    # Where spans go is a component's business, and the rest OpenTelemetry's own.
    assert {it for it in SETTINGS if not it.startswith("OTEL_")} <= given


def test_skaffold_builds_the_image_that_the_pods_run(installations: Installations) -> None:
    built = {each["image"] for each in _skaffold()["build"]["artifacts"]}
    run = {each["image"] for _, _, each in served(installations.built[LOCAL])}
    assert {image.partition(":")[0] for image in run} == built


def test_skaffold_installs_an_overlay_and_forwards_to_ports_that_are_there(
    installations: Installations,
) -> None:
    said = _skaffold()
    assert all((ROOT / path / "kustomization.yaml").is_file() for path in _paths(said))
    for forward in said["portForward"]:
        service = named(installations.built[LOCAL], "Service", forward["resourceName"])
        assert forward["namespace"] == NAMESPACE
        assert forward["port"] in [each["port"] for each in service["spec"]["ports"]]


def test_skaffold_forwards_each_to_a_port_of_its_own() -> None:
    local = [each.get("localPort", each["port"]) for each in _skaffold()["portForward"]]
    assert len(local) == len(set(local))


def test_the_readme_says_which_images_and_namespaces_there_are(
    installations: Installations,
) -> None:
    page = (ROOT / "k8s" / "README.md").read_text(encoding="utf-8")
    images = {each["image"] for _, _, each in served(installations.built[LOCAL])}
    assert set(re.findall(r"docker build -t (\S+)", page)) == images
    assert names(installations.built[LOCAL], "Namespace") == set(
        re.findall(r"kubectl -n (\S+)", page)
    )


def _paths(skaffold: Any) -> list[str]:
    paths: list[str] = skaffold["manifests"]["kustomize"]["paths"]
    assert paths
    return paths
