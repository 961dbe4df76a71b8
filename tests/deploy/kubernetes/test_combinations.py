"""Whatever may be installed agrees with itself and with the code."""

from collections import Counter

from pytest import mark, param

from tests.deploy.kubernetes.building import MANIFESTS, build
from tests.deploy.kubernetes.checks import CHECKS
from tests.deploy.kubernetes.combinations import Combination, every
from tests.deploy.kubernetes.installation import Installations


@mark.parametrize("combination", [param(each, id=str(each)) for each in every()])
def test_it_is_built_and_no_cross_check_finds_anything(
    combination: Combination, installations: Installations, tally: Counter[str]
) -> None:
    documents = installations.complete(combination)
    found = [f"{name}: {each}" for name, check in CHECKS.items() for each in check(documents)]
    tally["combinations built"] += 1
    tally["cross-checks"] += len(CHECKS)
    assert not found, "\n".join(("", *found))


@mark.parametrize("overlay", ["local", "production"])
def test_a_combination_without_a_choice_is_the_overlay_as_it_stands(
    overlay: str, installations: Installations
) -> None:
    assert installations.built[Combination(overlay)] == build(MANIFESTS / "overlays" / overlay)


def test_every_component_is_part_of_a_combination() -> None:
    pages = (MANIFESTS / "components").rglob("kustomization.yaml")
    there = {page.parent.relative_to(MANIFESTS / "components").as_posix() for page in pages}
    assert there
    assert there == _used()


def _used() -> set[str]:
    used: set[str] = set()
    for overlay in ("local", "production"):
        page = (MANIFESTS / "overlays" / overlay / "kustomization.yaml").read_text(encoding="utf-8")
        chosen = [line.split("- ")[1] for line in page.splitlines() if "- ../../components" in line]
        for combination in every():
            if combination.overlay == overlay:
                used |= set(combination.components(chosen))
    return {each.removeprefix("../../components/") for each in used}
