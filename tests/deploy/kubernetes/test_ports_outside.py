"""Where a store outside the cluster listens is said in one place, in an overlay."""

import shutil
from pathlib import Path

import yaml
from pytest import mark

from tests.deploy.kubernetes.building import MANIFESTS, build
from tests.deploy.kubernetes.documents import named

OUTSIDE = ("mail", "mongo", "nats", "redis")


@mark.parametrize("store", OUTSIDE)
def test_another_port_outside_is_one_change_in_the_overlay(store: str, tmp_path: Path) -> None:
    shutil.copytree(MANIFESTS, tmp_path / "k8s")
    overlay = tmp_path / "k8s" / "overlays" / "production"
    page = overlay / "kustomization.yaml"
    said = yaml.safe_load(page.read_text(encoding="utf-8"))
    said["components"] = [f"../../components/external/{each}" for each in OUTSIDE]
    (patch,) = [it for it in said["patches"] if it["target"]["name"] == f"to-external-{store}"]
    (change,) = yaml.safe_load(patch["patch"])
    change["value"] = [{"port": 10255}]
    patch["patch"] = yaml.safe_dump([change])
    page.write_text(yaml.safe_dump(said), encoding="utf-8")
    documents = build(overlay)
    (rule,) = named(documents, "NetworkPolicy", f"to-external-{store}")["spec"]["egress"]
    assert rule["ports"] == [{"port": 10255}]
    assert len(rule["to"]) == 2
