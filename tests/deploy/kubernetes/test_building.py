"""What kustomize refuses, or only grumbles about, is not installed."""

from pathlib import Path

from pytest import fixture, mark, raises

from tests.deploy.kubernetes.building import Unbuildable, build
from tests.deploy.kubernetes.combinations import Combination

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: orders}\n"


@fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "service.yaml").write_text(SERVICE, encoding="utf-8")
    return tmp_path


def _ask_for(folder: Path, kustomization: str) -> Path:
    (folder / "kustomization.yaml").write_text(kustomization, encoding="utf-8")
    return folder


def test_a_folder_is_built(folder: Path) -> None:
    documents = build(_ask_for(folder, "resources: [service.yaml]"))
    assert [each["metadata"]["name"] for each in documents] == ["orders"]


@mark.parametrize(
    "kustomization",
    [
        "resources: [nowhere.yaml]",
        "resources: [service.yaml]\nresource: []",
        "resources: [service.yaml]\ncommonLabels: {a: b}",  # works, and will not for ever
    ],
)
def test_what_kustomize_refuses_or_warns_of_is_not_built(folder: Path, kustomization: str) -> None:
    with raises(Unbuildable):
        build(_ask_for(folder, kustomization))


def test_a_store_that_is_outside_takes_the_place_of_the_one_inside() -> None:
    asked = Combination("production", outside=("mongo",), options=("gateway",))
    chosen = ["../../components/mongo", "../../components/redis", "small"]
    assert str(asked) == "production+mongo-outside+gateway"
    assert asked.components(chosen) == [
        "../../components/external/mongo",
        "../../components/redis",
        "small",
        "../../components/gateway",
    ]
