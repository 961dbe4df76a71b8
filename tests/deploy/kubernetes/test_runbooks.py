"""Every alert leads to the part of a page that says what to do."""

import re
from collections.abc import Iterator

from tests.deploy.kubernetes.checks.monitoring import rules
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.installation import Installations
from tests.house.tree import ROOT


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
    documents = installations.complete(Combination("production", options=("monitoring",)))
    urls = [rule["annotations"]["runbook_url"] for rule in rules(documents)]
    assert urls
    assert len(set(urls)) == len(urls)
    assert [each for url in urls for each in missing(url)] == []


def test_a_page_or_a_part_that_is_not_there_is_noticed() -> None:
    assert list(missing("docs/nowhere.md#lost")) == ["docs/nowhere.md"]
    assert list(missing("README.md#lost")) == ["README.md#lost"]


def test_a_heading_makes_the_anchor_that_a_link_names() -> None:
    assert anchors("# Timers: late!\n\n## NATS down\n") == {"timers-late", "nats-down"}
