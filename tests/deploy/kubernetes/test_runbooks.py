"""Every alert leads to the part of a page that says what to do."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.deploy.kubernetes.building import MANIFESTS, build, lay_down
from tests.deploy.kubernetes.checks.monitoring import rules
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import names
from tests.deploy.kubernetes.installation import Installations
from tests.house.tree import ROOT

PAGE = "docs/operating.md"
MONITORED = Combination("production", options=("monitoring",))


def missing(url: str) -> Iterator[str]:
    """Yield what there is not, of a page and its part."""
    page, _, anchor = url.partition("#")
    if not (ROOT / page).is_file():
        yield page
    elif anchor not in anchors((ROOT / page).read_text(encoding="utf-8")):
        yield url


def anchors(page: str) -> set[str]:
    """Return the anchors that a page's headings make, as code hosts spell them."""
    headings = re.findall(r"^#+ +(.+?)\s*$", page, re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return {*plain, *re.findall(r'<a (?:id|name)="([^"]+)"', page)}


def test_every_alert_leads_to_its_runbook(installations: Installations) -> None:
    urls = [rule["annotations"]["runbook_url"] for rule in rules(installations.built[MONITORED])]
    assert urls
    assert len(set(urls)) == len(urls)
    parts = [url.partition("#")[2] for url in urls]
    assert [each for part in parts for each in missing(f"{PAGE}#{part}")] == []


def test_where_the_page_is_published_is_said_once(tmp_path: Path) -> None:
    shutil.copytree(MANIFESTS, tmp_path / "k8s")
    overlay = lay_down(MONITORED, tmp_path / "k8s")
    page = tmp_path / "k8s" / "components" / "monitoring" / "kustomization.yaml"
    said = yaml.safe_load(page.read_text(encoding="utf-8"))
    (held,) = [each for each in said["configMapGenerator"] if each["name"] == "runbooks"]
    held["literals"] = ["page=https://wiki.example.com/shop"]
    page.write_text(yaml.safe_dump(said), encoding="utf-8")
    documents = build(overlay)
    urls = [rule["annotations"]["runbook_url"] for rule in rules(documents)]
    assert {url.partition("#")[0] for url in urls} == {"https://wiki.example.com/shop"}
    assert "runbooks" not in names(documents, "ConfigMap")


def test_a_page_or_a_part_that_is_not_there_is_noticed() -> None:
    assert list(missing("docs/nowhere.md#lost")) == ["docs/nowhere.md"]
    assert list(missing("README.md#lost")) == ["README.md#lost"]


def test_a_heading_makes_the_anchor_that_a_link_names() -> None:
    assert anchors("# Timers: late!\n\n## NATS down\n") == {"timers-late", "nats-down"}
